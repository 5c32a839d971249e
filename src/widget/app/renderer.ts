import { movingCanvasRenderer } from "../map/moving-canvas-points";
import type { RendererFactory, StillStage } from "../map/still-stage";
import { ContextPool, type ContextHolder } from "./gl/context-pool";
import { DeckPoints } from "./gl/deck-points";

const pool = new ContextPool();
/** A context that was lost this often is not asked for again. */
const MAX_LOSSES = 2;

/**
 * Draws a stage with WebGL while it is in sight and there is a context to have, and with the 2-D canvas otherwise. `say` tells when that is for long.
 * Returns the first picture as a promise, and how to end.
 */
export function manageRenderer(
  stage: StillStage,
  say: (text: string) => void,
): { drawn: Promise<void>; end: () => void } {
  let losses = 0;
  let usesWebGl = false;
  let drawnNow = () => {};
  const drawn = new Promise<void>((resolve) => (drawnNow = resolve));

  const toCanvas = () => {
    usesWebGl = false;
    pool.drop(holder);
    stage.useRenderer(movingCanvasRenderer);
    drawnNow();
  };
  const holder: ContextHolder = { release: toCanvas };

  const withDeck: RendererFactory = (canvas, positions) =>
    new DeckPoints(
      canvas,
      positions,
      () => ringColour(stage),
      drawnNow,
      (reason) => {
        losses++;
        say(`Drawn without WebGL: ${reason}`);
        toCanvas();
      },
    );

  const toWebGl = () => {
    if (usesWebGl || losses >= MAX_LOSSES || !pool.acquire(holder)) return;
    try {
      stage.useRenderer(withDeck);
      usesWebGl = true;
      if (losses) say("");
    } catch (error) {
      losses = MAX_LOSSES;
      say(`Drawn without WebGL: ${error instanceof Error ? error.message : String(error)}`);
      toCanvas();
    }
  };

  toWebGl();
  if (!usesWebGl) drawnNow();
  const observer = new IntersectionObserver((entries) => {
    const visible = entries[entries.length - 1].isIntersecting;
    if (!visible) pool.hide(holder);
    else if (usesWebGl) pool.acquire(holder);
    else toWebGl();
  });
  observer.observe(stage.element);
  return {
    drawn,
    end: () => {
      observer.disconnect();
      pool.drop(holder);
    },
  };
}

function ringColour(stage: StillStage): readonly [number, number, number, number] {
  return stage.theme === "light" ? [0.1, 0.13, 0.18, 0.5] : [1, 1, 1, 0.65];
}
