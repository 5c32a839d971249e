import { format } from "node:util";
import type { Complaint } from "./cell-error";
import type { Hub } from "./hub";
import type { ComplaintLog } from "./patch";
import { displayRich } from "./rich-display";

/** The console that tslab's executor writes to: `log` gets the value of a cell's last expression, `error` what was wrong with the cell. */
export class ExecutorLog implements ComplaintLog {
  readonly #hub: Hub;
  #complaints: Complaint[] = [];

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  readonly log = (value: unknown): void => {
    // eslint-disable-next-line no-console -- as tslab does; a cell's console is its stdout
    if (!displayRich(this.#hub, value)) console.log(value);
  };

  /** The executor calls it with what was thrown, or with a format and the parts of a compiler's message. */
  readonly error = (first: unknown, ...rest: unknown[]): void => {
    this.#complaints.push(rest.length === 0 ? { thrown: first } : { text: `${format(first, ...rest)}\n` });
  };

  take(): readonly Complaint[] {
    const taken = this.#complaints;
    this.#complaints = [];
    return taken;
  }
}
