import { randomUUID } from "node:crypto";
import { getHub, type Parent } from "./hub";
import { Throttle } from "./throttle";

/** Time between two updates of one display. */
const INTERVAL_MS = 100;

/** Content of a display by MIME type; values are text, base64 or JSON. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/**
 * One output of the cell that is running when it is made, updated in place. Stays with that cell while later cells run.
 * At most 10 updates a second are sent; the last one always arrives, and before its cell ends.
 */
export class CellDisplay {
  readonly #hub = getHub();
  readonly #id = randomUUID();
  readonly #cell: Parent = this.#hub.cell;
  readonly #throttle = new Throttle<object>(INTERVAL_MS, (content) => this.#send(content));
  readonly #flushBeforeIdle = (request: Parent) => {
    if (request.msg_id === this.#cell.msg_id) this.#throttle.flush();
  };
  #shown = false;

  /** Shows HTML; `text` is for front ends without it. `html` is markup: escape what comes from data. */
  html(html: string, text: string): void {
    this.bundle({ "text/html": html, "text/plain": text });
  }

  /**
   * Shows a bundle that is still being made, when it is ready; the cell does not wait for it, unless there is no page that would listen later
   * (a notebook that is run without a browser). A failure is reported on standard error.
   */
  later(bundle: Promise<MimeBundle>): void {
    const shown = bundle.then((data) => this.bundle(data));
    if (this.#hub.pageSeen) shown.catch((error) => this.#hub.report("A display failed", error));
    else this.#hub.awaitDisplay(shown);
  }

  /** Shows a whole bundle in the same place; its MIME types may be others than before (a progress bar may become a widget). */
  bundle(data: MimeBundle, metadata: object = {}): void {
    this.#throttle.push({ data, metadata, transient: { display_id: this.#id } });
    if (this.#throttle.pending) this.#hub.idleListeners.add(this.#flushBeforeIdle);
  }

  #send(content: object): void {
    this.#hub.idleListeners.delete(this.#flushBeforeIdle);
    this.#hub.publish(this.#shown ? "update_display_data" : "display_data", content, { parent: this.#cell });
    this.#shown = true;
  }
}
