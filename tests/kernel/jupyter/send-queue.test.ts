import { describe, expect, test } from "vitest";
import { SendQueue } from "../../../src/kernel/jupyter/send-queue";

/** Behaves as a zeromq.js socket: so many sends a tick are done at once, the next is asynchronous, further ones throw EBUSY. */
function socket(perTick: number): { sent: string[]; send: (frames: readonly (string | Buffer)[]) => Promise<void> } {
  const sent: string[] = [];
  let left = perTick;
  let busy = false;
  return {
    sent,
    send([frame]) {
      if (busy) throw Object.assign(new Error("Socket is busy writing"), { code: "EBUSY" });
      if (frame === "bad") throw new TypeError("bad frame");
      if (left-- > 0) {
        sent.push(String(frame));
        return Promise.resolve();
      }
      busy = true;
      return new Promise((resolve) =>
        setImmediate(() => {
          busy = false;
          left = perTick;
          sent.push(String(frame));
          resolve();
        }),
      );
    },
  };
}

describe("the send queue", () => {
  test("sends everything, in order, however much is sent in one tick", async () => {
    const { sent, send } = socket(3);
    const queue = new SendQueue(send);
    const all = Array.from({ length: 50 }, (_, i) => String(i));
    await Promise.all(all.map((frame) => queue.send([frame])));
    expect(sent).toEqual(all);
  });

  test("keeps the order when more is sent while it is at work", async () => {
    const { sent, send } = socket(2);
    const queue = new SendQueue(send);
    const first = Array.from({ length: 9 }, (_, i) => queue.send([`a${i}`]));
    await first[4];
    const second = Array.from({ length: 9 }, (_, i) => queue.send([`b${i}`]));
    await Promise.all([...first, ...second]);
    expect(sent).toEqual([...first.map((_, i) => `a${i}`), ...second.map((_, i) => `b${i}`)]);
  });

  test("an error belongs to the message that caused it", async () => {
    const { sent, send } = socket(1);
    const queue = new SendQueue(send);
    const results = await Promise.allSettled(["x", "y", "bad", "z"].map((frame) => queue.send([frame])));
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
    expect(sent).toEqual(["x", "y", "z"]);
  });
});
