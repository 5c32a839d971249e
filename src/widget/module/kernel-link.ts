import { connect, idMaker, type Connection, type KernelSays, type WidgetModel } from "../sync/connection";
import { Heartbeat } from "../sync/heartbeat";
import type { KernelMessage } from "../../scope";

/** What the module says and hears before the application is there. */
export class KernelLink {
  readonly connection: Connection;
  readonly nextId = idMaker();
  /** Messages for the application, until it takes them. */
  private inbox: KernelSays[] | null = [];
  private readonly listeners = new Set<(message: KernelMessage, buffers: readonly DataView[]) => void>();
  private readonly heartbeat: Heartbeat;
  private waiting = 0;

  constructor(readonly model: WidgetModel) {
    this.connection = connect(model);
    this.heartbeat = new Heartbeat(
      () => this.connection.send({ type: "ping", id: this.nextId() }),
      () => {},
    );
    model.on("msg:custom", this.receive);
  }

  /** Calls back for every message of the kernel. Returns a function that stops it. */
  onMessage(listener: (message: KernelMessage, buffers: readonly DataView[]) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Looks for the kernel until the function returned is called. */
  wait(): () => void {
    if (this.waiting++ === 0) this.heartbeat.start();
    let over = false;
    return () => {
      if (over) return;
      over = true;
      if (--this.waiting === 0) this.heartbeat.stop();
    };
  }

  /** What the kernel has said so far. From now on the application listens itself. */
  takeInbox(): readonly KernelSays[] {
    const said = this.inbox ?? [];
    this.inbox = null;
    return said;
  }

  private readonly receive = (message: KernelMessage, buffers: DataView[]) => {
    this.heartbeat.heard();
    if (message.type !== "app" && message.type !== "pong") this.inbox?.push([message, buffers]);
    for (const listener of this.listeners) listener(message, buffers);
  };
}
