import { wantsLessMotion } from "./motion";

/** A picture that takes longer than this to keep is not faded any more. */
const TOO_SLOW_MS = 80;

/** Fades a picture out over the one that comes after it, so that new colours appear rather than jump. Never more than one at a time. */
export class CrossFade {
  private kept: HTMLCanvasElement | null = null;
  private slow = false;

  /**
   * Keeps what a canvas shows and lets it fade.
   * @param draw draws it once more: a WebGL canvas holds its picture only until the task ends
   */
  start(canvas: HTMLCanvasElement, draw: () => void): void {
    this.end();
    if (this.slow || wantsLessMotion() || !canvas.width || !canvas.height) return;
    const started = performance.now();
    draw();
    const kept = document.createElement("canvas");
    Object.assign(kept, { width: canvas.width, height: canvas.height });
    kept.className = "ls-canvas ls-before";
    kept.getContext("2d")?.drawImage(canvas, 0, 0);
    this.slow = performance.now() - started > TOO_SLOW_MS;
    kept.addEventListener("animationend", () => this.end());
    canvas.after(kept);
    this.kept = kept;
  }

  /** Takes the old picture away: at the end, or when the view moves on. */
  end(): void {
    this.kept?.remove();
    this.kept = null;
  }
}
