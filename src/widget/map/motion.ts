/** True when the person wants less motion: what would move is at its place at once. */
export function wantsLessMotion(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Calls back at every frame with the eased part of the time that is over, the last time with 1. Returns a function that stops it. */
export function animate(durationMs: number, step: (share: number) => void): () => void {
  const started = performance.now();
  let frame = requestAnimationFrame(function next() {
    const time = Math.min(1, (performance.now() - started) / durationMs);
    if (time < 1) frame = requestAnimationFrame(next);
    step(1 - (1 - time) ** 3);
  });
  return () => cancelAnimationFrame(frame);
}
