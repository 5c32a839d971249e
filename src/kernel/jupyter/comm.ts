/** A comm: one end of a channel between kernel and front end. https://jupyter-client.readthedocs.io/en/latest/messaging.html#custom-messages */
import { randomUUID } from "node:crypto";
import type { Hub, PublishOptions } from "./hub";

/** What came over a comm. */
export interface CommMessage {
  readonly data: Readonly<Record<string, unknown>>;
  readonly buffers: readonly Buffer[];
}

/** Called with a comm that a front end has opened. */
export type CommTarget = (comm: Comm, opening: CommMessage) => void | Promise<void>;

export class Comm {
  /** The front end's messages; "idle" is sent when the returned promise is done. */
  onMessage: ((message: CommMessage) => void | Promise<void>) | undefined;
  /** The front end has closed the comm. */
  onClose: (() => void | Promise<void>) | undefined;
  readonly #hub: Hub;

  constructor(
    hub: Hub,
    readonly target: string,
    readonly id: string = randomUUID(),
  ) {
    this.#hub = hub;
  }

  /** Opens it from the kernel's side. */
  open(data: object, options: PublishOptions = {}): void {
    this.#hub.comms.set(this.id, this);
    this.#hub.publish("comm_open", { comm_id: this.id, target_name: this.target, data }, options);
  }

  send(data: object, options: PublishOptions = {}): void {
    this.#hub.publish("comm_msg", { comm_id: this.id, data }, options);
  }

  close(): void {
    this.#hub.comms.delete(this.id);
    this.#hub.publish("comm_close", { comm_id: this.id, data: {} });
  }
}
