/**
 * The one place in a kernel process that sends to the notebook: connection, comms, parents, and what is to be sent at the end of a tick.
 *
 * Parents are kept by hand. AsyncLocalStorage would do it, but on Node 20 it makes every await of the kernel 3 to 4 times slower and shows up
 * in every printed Promise. So work that outlives its cell remembers `cell` when it starts.
 */
import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import type { Comm, CommTarget } from "./comm";
import { History } from "./history";
import type { Socket } from "./send-queue";
import { encodeMessage, type Header, type Message } from "./wire";

/** Parent of what a cell or a comm message causes; empty before the first cell. */
export type Parent = Partial<Header>;

/** How to reach the notebook. */
export interface Connection {
  readonly iopub: Socket;
  /** HMAC key of the connection file; may be empty. */
  readonly key: string;
}

export interface PublishOptions {
  readonly metadata?: object;
  readonly buffers?: readonly ArrayBufferView[];
  /** Defaults to the comm message that is being handled, else to the cell that was started last. */
  readonly parent?: Parent;
}

/** A widget model as the control comm shows it. */
export interface HubModel {
  readonly id: string;
  readonly fullState: Readonly<Record<string, unknown>>;
}

const HUB = Symbol.for("latentscope.jupyter.hub.v1");

/** The hub of this process: two copies of the library share one. */
export function getHub(): Hub {
  const holder = globalThis as { [HUB]?: Hub };
  return (holder[HUB] ??= new Hub());
}

export class Hub {
  /** Header of the cell that was started last. */
  cell: Parent = {};
  /** Its execution count; 0 while it is not known. */
  cellNumber = 0;
  readonly comms = new Map<string, Comm>();
  readonly targets = new Map<string, CommTarget>();
  readonly models = new Map<string, HubModel>();
  readonly history = new History();
  /** Whether a page has asked for widgets: without one, what is sent when a cell has ended reaches nobody. */
  pageSeen = false;
  /** Called on Jupyter's interrupt. */
  readonly interruptListeners = new Set<() => void>();
  /** Called before a request's "idle" is sent: the last moment at which its front end listens. */
  readonly idleListeners = new Set<(request: Parent) => void>();

  readonly #session = randomUUID();
  #connection: Connection | undefined;
  /** What was sent before the connection was known. */
  #early: (() => void)[] = [];
  #handling: Header | undefined;
  readonly #endOfTick = new Set<() => void>();
  readonly #displays = new Set<Promise<void>>();

  get ready(): boolean {
    return this.#connection !== undefined;
  }

  /** Sets the connection and sends what has waited for it. The first connection stays. */
  connect(connection: Connection): void {
    if (this.#connection) return;
    this.#connection = connection;
    const early = this.#early;
    this.#early = [];
    for (const send of early) send();
  }

  /** Sends a message to every front end. Before the connection is known it waits; when the kernel is shutting down nothing happens. */
  publish(type: string, content: object, options: PublishOptions = {}): void {
    // Without a msg_id it is that of a first cell whose header is not known yet.
    const parent = options.parent?.msg_id ? options.parent : this.parent;
    if (!this.#connection) {
      this.#early.push(() => this.publish(type, content, { ...options, parent }));
      return;
    }
    const { iopub, key } = this.#connection;
    const parts = { header: this.#header(type), parent, metadata: options.metadata ?? {}, content };
    this.#send(iopub, encodeMessage(key, [type], parts, options.buffers));
  }

  /** Answers a request on the socket where it came from. */
  reply(socket: Socket, request: Message, type: string, content: object): void {
    if (!this.#connection) throw new Error(`No connection to send ${type} to.`);
    const parts = { header: this.#header(type), parent: request.header, metadata: {}, content };
    this.#send(socket, encodeMessage(this.#connection.key, request.identities, parts));
  }

  /** Shows `data` (MIME type to content) as output of a cell, by default the one that was started last. */
  display(data: object, parent: Parent = this.cell): void {
    this.publish("display_data", { data, metadata: {}, transient: {} }, { parent });
  }

  /** Runs `handle` so that what it sends synchronously has `request` as its parent. */
  handling<T>(request: Header, handle: () => T): T {
    const outer = this.#handling;
    this.#handling = request;
    try {
      return handle();
    } finally {
      this.#handling = outer;
    }
  }

  /** The parent of what is sent now. */
  get parent(): Parent {
    return this.#handling ?? this.cell;
  }

  /** Runs `flush` once when the present tick is over, or before the next "idle", whichever is first. */
  atEndOfTick(flush: () => void): void {
    if (this.#endOfTick.size === 0) setImmediate(() => this.#flush());
    this.#endOfTick.add(flush);
  }

  /** Sends what belongs to a request and still waits. To be called right before its "idle". */
  settle(request: Parent): void {
    this.#flush();
    for (const listener of [...this.idleListeners]) listener(request);
  }

  /** Makes the end of the running cell wait for a display that is still being made. */
  awaitDisplay(display: Promise<void>): void {
    const done = display
      .catch((error) => this.report("A display failed", error))
      .finally(() => this.#displays.delete(done));
    this.#displays.add(done);
  }

  /** Resolves when no display is being made any more. */
  async displaysDone(): Promise<void> {
    while (this.#displays.size > 0) await Promise.all(this.#displays);
  }

  /** Calls the interrupt listeners. Returns how many there were. */
  interrupt(): number {
    const listeners = [...this.interruptListeners];
    for (const listener of listeners) {
      try {
        listener();
      } catch (error) {
        this.report("An interrupt listener failed", error);
      }
    }
    return listeners.length;
  }

  /** Tells the person at the notebook of an error that no cell can throw: on stderr of the newest cell. The kernel goes on. */
  report(what: string, error: unknown): void {
    process.stderr.write(`${what}: ${inspect(error)}\n`);
  }

  #flush(): void {
    const flushes = [...this.#endOfTick];
    this.#endOfTick.clear();
    for (const flush of flushes) flush();
  }

  #header(type: string): Header {
    return {
      msg_id: randomUUID(),
      msg_type: type,
      session: this.#session,
      username: "kernel",
      date: new Date().toISOString(),
      version: "5.3",
    };
  }

  #send(socket: Socket, frames: (string | Buffer)[]): void {
    if (socket.closed) return;
    socket.send(frames).catch((error) => {
      // Closed in the meantime: the kernel is shutting down, and nobody is there to be told.
      if (!socket.closed) this.report("A message to the notebook was not sent", error);
    });
  }
}
