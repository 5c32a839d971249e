import { mixPositions } from "../../picture/mix-positions";
import { CanvasPoints, type MovingPicture } from "./canvas-points";
import type { RendererFactory } from "./still-stage";

/** More rows than this do not move but jump: a frame would take too long. */
const MAX_MOVING_ROWS = 50_000;

/** Draws points in a 2-D canvas, on their way to other places, too. */
class MovingCanvasPoints extends CanvasPoints {
  private moving: { readonly from: Uint16Array; readonly to: Uint16Array } | null = null;

  override setPositions(positions: Uint16Array, before?: Uint16Array): void {
    const moves = before && positions.length <= 2 * MAX_MOVING_ROWS;
    this.moving = moves ? { from: before, to: positions } : null;
    super.setPositions(moves ? before.slice() : positions);
  }

  override draw(picture: MovingPicture): void {
    if (this.moving) mixPositions(this.moving.from, this.moving.to, picture.progress, this.positions);
    super.draw(picture);
  }
}

/** Draws with the 2-D canvas that every browser has, moving rows as well. */
export const movingCanvasRenderer: RendererFactory = (canvas, positions) => new MovingCanvasPoints(canvas, positions);
