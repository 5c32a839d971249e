/**
 * Frames under the benchmark's command: whatever asks for an animation frame gets it when `tick` says so, and waits for no screen. To be imported
 * before the systems.
 */
const waiting = new Map<number, FrameRequestCallback>();
let handles = 0;

window.requestAnimationFrame = (callback) => {
  waiting.set(++handles, callback);
  return handles;
};
window.cancelAnimationFrame = (handle) => void waiting.delete(handle);

/** Draws one frame: runs what waits for it, in its order. */
export function tick(): void {
  const now = performance.now();
  const callbacks = [...waiting.values()];
  waiting.clear();
  for (const callback of callbacks) callback(now);
}

/** Draws frames until a promise is settled, letting everything else have its turn in between. */
export async function tickUntil<T>(promise: Promise<T>): Promise<T> {
  let settled = false;
  const done = () => (settled = true);
  promise.then(done, done);
  const channel = new MessageChannel();
  while (!settled) {
    tick();
    await new Promise<void>((resolve) => {
      channel.port1.onmessage = () => resolve();
      channel.port2.postMessage(null);
    });
  }
  channel.port1.close();
  return promise;
}
