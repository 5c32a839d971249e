/**
 * A queue in front of a zeromq socket's `send`.
 *
 * zeromq.js completes at most 512 sends a tick synchronously; the next one is asynchronous, and while it is under way every further `send`
 * throws EBUSY. tslab ignores that: 600 `console.log` in one cell lose output and even the "idle" status, so the cell never ends.
 */

/** A zeromq socket that one can write to, as far as it is used here. */
export interface Socket {
  send: (this: Socket, frames: readonly (string | Buffer)[]) => Promise<void>;
  readonly closed: boolean;
  sendHighWaterMark: number;
}

/** A zeromq socket class (its `prototype.send` is what is replaced). */
export interface SocketClass {
  readonly prototype: Socket;
}

interface Waiting {
  readonly frames: readonly (string | Buffer)[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const QUEUED = Symbol.for("latentscope.jupyter.sendQueue");

/** Gives every socket of a class a queue, so that all messages arrive, in order. Sockets that are open already have it too. Idempotent. */
export function queueSends(socketClass: SocketClass): void {
  const { prototype } = socketClass;
  if (Object.hasOwn(prototype, QUEUED)) return;
  Object.defineProperty(prototype, QUEUED, { value: true });
  const nativeSend = prototype.send;
  const queues = new WeakMap<Socket, SendQueue>();
  // `send` is inherited and read-only, hence no plain assignment.
  Object.defineProperty(prototype, "send", {
    configurable: true,
    writable: true,
    value(this: Socket, frames: readonly (string | Buffer)[]): Promise<void> {
      let queue = queues.get(this);
      if (!queue) queues.set(this, (queue = new SendQueue((all) => nativeSend.call(this, all))));
      return queue.send(frames);
    },
  });
}

/** The queue of one socket. `send` is the socket's own, which throws EBUSY while an earlier one is under way. */
export class SendQueue {
  readonly #send: (frames: readonly (string | Buffer)[]) => Promise<void>;
  readonly #waiting: Waiting[] = [];
  #underWay: Promise<void> = Promise.resolve();
  #pumping = false;

  constructor(send: (frames: readonly (string | Buffer)[]) => Promise<void>) {
    this.#send = send;
  }

  send(frames: readonly (string | Buffer)[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const message = { frames, resolve, reject };
      if (!this.#pumping && this.#trySend(message)) return;
      this.#waiting.push(message);
      if (!this.#pumping) void this.#pump();
    });
  }

  /** Sends a message, for good or bad; returns false when the socket is busy. */
  #trySend({ frames, resolve, reject }: Waiting): boolean {
    try {
      this.#underWay = this.#send(frames);
      this.#underWay.then(resolve, reject);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EBUSY") return false;
      reject(error);
    }
    return true;
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    let next = 0;
    while (next < this.#waiting.length) {
      await this.#underWay.catch(() => undefined); // its own message has the error
      while (next < this.#waiting.length && this.#trySend(this.#waiting[next])) next++;
      if (next < this.#waiting.length) await new Promise(setImmediate);
    }
    this.#waiting.length = 0;
    this.#pumping = false;
  }
}
