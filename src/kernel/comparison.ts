import { inspect } from "node:util";
import pl from "nodejs-polars";
import { alignPoints, meanOf } from "../compute/procrustes";
import { commonRows, LatentScopeError, type CommonRows, type ComparisonState, type Content } from "../scope";
import { readApplication } from "./application";
import { int64 } from "../store";
import { labelColumn } from "./frames";
import type { WidgetModel } from "./jupyter";
import { jupyter } from "./notebook";
import type { Scope } from "./scope";

/** Height of two maps side by side, in CSS pixels. */
const DEFAULT_HEIGHT = 480;

/** One of the scopes that are compared, as it is now. */
export interface Compared {
  readonly content: Content;
  /** x and y of each row in turn, in [-1, 1]. */
  readonly coordinates: Float32Array;
}

/**
 * Two maps of the same rows, side by side: what is selected or hovered in one is in the other, too.
 *
 * Frames are made anew each time, from both scopes as they are then.
 */
export class Comparison {
  /** @internal use `compare` */
  constructor(
    readonly a: Scope,
    readonly b: Scope,
  ) {}

  /**
   * Every row: `ls_index`, `cluster_a`, `label_a`, `cluster_b`, `label_b`, and `moved`: how far it is from its place on the first map when the
   * second is turned, scaled and mirrored to lie over it as well as can be; 1 is the mean distance of the first map's points from their middle.
   * Rows without text have no place, and null.
   */
  get rows(): pl.DataFrame {
    const [a, b] = this.#compared;
    const labels = ({ content }: Compared, name: string): pl.Series =>
      labelColumn(content.assignment, content.clusters).rename(name);
    return pl
      .DataFrame([
        int64(
          "ls_index",
          Int32Array.from(a.content.assignment, (_, row) => row),
        ),
        int64("cluster_a", a.content.assignment),
        labels(a, "label_a"),
        int64("cluster_b", b.content.assignment),
        labels(b, "label_b"),
        pl.Series("moved", movedRows(a.coordinates, b.coordinates), pl.Float32),
      ])
      .withColumns(pl.col("moved").fillNan(pl.lit(null)));
  }

  /**
   * Which clusters became which, those with most rows in common first: `cluster_a`, `label_a`, `cluster_b`, `label_b`, `rows` (in both, deleted
   * ones aside), `share_a` and `share_b` (their part of each cluster, 0 to 1).
   */
  get clusters(): pl.DataFrame {
    const [a, b] = this.#compared;
    const pairs = commonRows(a.content, b.content);
    const whole = (side: "a" | "b"): Map<number, number> => {
      const sums = new Map<number, number>();
      for (const pair of pairs) sums.set(pair[side], (sums.get(pair[side]) ?? 0) + pair.rows);
      return sums;
    };
    const [ofA, ofB] = [whole("a"), whole("b")];
    const label = ({ content }: Compared, id: number): string => content.clusters.find((c) => c.id === id)?.label ?? "";
    const share = (name: string, of: (pair: CommonRows) => number): pl.Series =>
      pl.Series(name, pairs.map(of), pl.Float64);
    const count = (name: string, of: (pair: CommonRows) => number): pl.Series =>
      int64(name, Int32Array.from(pairs, of));
    const text = (name: string, of: (pair: CommonRows) => string): pl.Series => pl.Series(name, pairs.map(of), pl.Utf8);
    return pl.DataFrame([
      count("cluster_a", (pair) => pair.a),
      text("label_a", (pair) => label(a, pair.a)),
      count("cluster_b", (pair) => pair.b),
      text("label_b", (pair) => label(b, pair.b)),
      count("rows", (pair) => pair.rows),
      share("share_a", (pair) => pair.rows / (ofA.get(pair.a) ?? 1)),
      share("share_b", (pair) => pair.rows / (ofB.get(pair.b) ?? 1)),
    ]);
  }

  /** Shows both maps in this cell. Does nothing outside a notebook. @param options.height in CSS pixels. Default: 480 */
  show({ height = DEFAULT_HEIGHT }: { height?: number } = {}): void {
    this.#model(height)?.display();
  }

  /** What Jupyter shows when a comparison is the last expression of a cell. */
  [Symbol.for("Jupyter.display")](): Record<string, unknown> {
    return this.#model(DEFAULT_HEIGHT)?.mimebundle() ?? { "text/plain": this.toString() };
  }

  [inspect.custom](): string {
    return this.toString();
  }

  toString(): string {
    return `Comparison of ${[this.a, this.b].map(({ name, id }) => `${name}/${id}`).join(" and ")}`;
  }

  /** A new widget for each output: what moved is that of the moment. */
  #model(height: number): WidgetModel<ComparisonState> | undefined {
    const transport = jupyter();
    if (!transport) return undefined;
    const [a, b] = this.#compared;
    const { comparison, hash } = readApplication();
    return new transport.WidgetModel<ComparisonState>({
      esm: comparison,
      state: {
        models: [this.a.mapModel(), this.b.mapModel()],
        moved: movedRows(a.coordinates, b.coordinates),
        ...{ app: hash, height },
      },
      text: this.toString(),
    });
  }

  get #compared(): readonly [Compared, Compared] {
    return [this.a.compared(), this.b.compared()];
  }
}

/**
 * How far each row is from its place in `a` when `b` lies over it, in mean distances of `a`'s points from their middle; NaN for rows without
 * text, which every map has in its lower left corner.
 */
export function movedRows(a: Float32Array, b: Float32Array): Float32Array {
  const rows = Uint32Array.from({ length: a.length / 2 }, (_, row) => row).filter(
    (row) => ![a[2 * row], a[2 * row + 1], b[2 * row], b[2 * row + 1]].every((value) => value === -1),
  );
  const [from, over] = [placesOf(a, rows), placesOf(b, rows)];
  const aligned = alignPoints(over, from);
  const [x, y] = meanOf(from);
  const moved = new Float32Array(a.length / 2).fill(NaN);
  let spread = 0;
  rows.forEach((row, i) => {
    spread += Math.hypot(from[2 * i] - x, from[2 * i + 1] - y) / rows.length;
    moved[row] = Math.hypot(from[2 * i] - aligned[2 * i], from[2 * i + 1] - aligned[2 * i + 1]);
  });
  for (const row of rows) moved[row] = spread ? moved[row] / spread : 0;
  return moved;
}

function placesOf(coordinates: Float32Array, rows: Uint32Array): Float32Array {
  return Float32Array.from({ length: 2 * rows.length }, (_, i) => coordinates[2 * rows[i >> 1] + (i & 1)]);
}

/**
 * Two maps of the same rows side by side, as the last expression of a cell; and what became of rows and clusters, as frames.
 *
 *     latentscope.compare(await latentscope.open("sotu", { scope: "scopes-001" }), scope)
 *
 * @throws LatentScopeError `other-dataset` when the scopes are of different datasets
 */
export function compare(a: Scope, b: Scope): Comparison {
  if (a.path !== b.path)
    throw new LatentScopeError(
      "other-dataset",
      `"${a.name}" and "${b.name}" are different datasets: their rows are not the same. Compare two scopes of one.`,
    );
  return new Comparison(a, b);
}
