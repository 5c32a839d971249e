import type pl from "nodejs-polars";
import { umap } from "../compute";
import { LatentScopeError, savedContent, type Cluster, type ClusterId, type SavedContent } from "../scope";
import { withSwatches } from "./carry-over";
import { membersOf } from "./cluster";
import { hdbscan } from "./cluster/hdbscan";
import { RunContext } from "./context";
import { staticModel } from "./embed/static";
import type { Ingested } from "./ingest";
import { makeLabels, textsOf } from "./label/make-labels";
import { centralRows } from "./label/central";
import type { StepProgress } from "./types";
import { stretched } from "./umap";

/** A map by the words of the texts, to look at while a better model reads them. */
export interface FirstLook {
  /** x and y of each row in turn, in [-1, 1]; rows without text are at -1, -1. */
  readonly coordinates: Float32Array;
  readonly content: SavedContent;
  /** The table as stored, the column that is mapped, and the name of the dataset. */
  readonly input: pl.DataFrame;
  readonly textColumn: string;
  readonly name: string;
}

/** How long embedding is watched before it is said how long it will take. */
const WATCH_MS = 2000;
/** What is sooner there needs no first look. */
const WORTH_MS = 8000;
/** For more rows, it would take too long itself. */
const MOST_ROWS = 100_000;
const NEIGHBORS = 15;
const EPOCHS = 150;
const SEED = 42;
/** Texts that a cluster is labelled by: the most central ones. */
const TEXTS_PER_LABEL = 200;

/**
 * Watches how fast a table is embedded, and makes a first look at it meanwhile when that takes long. What goes wrong with it is a warning: the
 * run goes on.
 */
export class FirstLookWatch {
  readonly #ended = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #started = performance.now();
  #first: StepProgress | undefined;
  #last: StepProgress | undefined;
  #done: Promise<void> | undefined;

  constructor(
    private readonly data: Ingested,
    private readonly context: RunContext,
    private readonly show: (look: FirstLook) => void,
  ) {
    this.#timer = setTimeout(() => this.#decide(), WATCH_MS);
  }

  /** Takes in how far the embedding is. */
  progress(progress: StepProgress): void {
    if (progress.step !== "embed") return;
    this.#first ??= progress;
    this.#last = progress;
  }

  /** The vectors are there, or will never be: no look is shown from now on. */
  async end(): Promise<void> {
    clearTimeout(this.#timer);
    this.#ended.abort();
    await this.#done;
  }

  #decide(): void {
    if (this.data.texts.rows.length > MOST_ROWS) return;
    const [from, now] = [this.#first?.done ?? 0, this.#last];
    const done = (now?.done ?? 0) - from;
    const left = now ? now.total - now.done : Infinity;
    const elapsed = performance.now() - this.#started;
    if (done > 0 && (elapsed / done) * left < WORTH_MS) return;
    const { signal } = this.#ended;
    this.#done = firstLook(this.data, signal).then(
      (look) => {
        if (!signal.aborted) this.show(look);
      },
      (error: unknown) => {
        if (error instanceof LatentScopeError && error.code === "interrupted") return;
        this.context.warn(`No first look: ${error instanceof Error ? error.message : String(error)}`);
      },
    );
  }
}

async function firstLook(data: Ingested, signal: AbortSignal): Promise<FirstLook> {
  const { texts, frame } = data;
  const { rows } = texts;
  const { values, dimensions } = await staticVectors(textsOf(texts, rows).texts, signal);
  const nNeighbors = Math.max(2, Math.min(NEIGHBORS, rows.length - 1));
  const shape = { rows: rows.length, dimensions, nNeighbors, minDist: 0.1, nEpochs: EPOCHS, seed: SEED, signal };
  const coordinates = stretched(await umap(values, shape), rows, frame.height);
  const places = Float32Array.from({ length: 2 * rows.length }, (_, i) => coordinates[2 * rows[i >> 1] + (i & 1)]);
  const points = () => Promise.resolve({ values: places, rows: rows.length, dimensions: 2 });
  const found = await hdbscan.find({ data, rows, points, context: new RunContext({ signal }) }, {});
  const assignment = new Int32Array(frame.height).fill(-1);
  rows.forEach((row, i) => (assignment[row] = found.labels[i]));
  const central = centralRows(membersOf(assignment), coordinates);
  const groups = central.map((members, id) => ({ id, ...textsOf(texts, members.slice(0, TEXTS_PER_LABEL)) }));
  const { made } = await makeLabels(groups, { rows: [], texts: [] }, null, { signal });
  const clusters = made.map(({ label, description }, id): Cluster => ({
    ...{ id: id as ClusterId, label, description, labelSource: "keywords", labelModel: null, labelError: null },
    ...{ stale: false, swatch: null },
  }));
  const content = withSwatches(savedContent(clusters, assignment), coordinates);
  return { coordinates, content, input: frame, textColumn: data.textColumn, name: data.dataset.name };
}

async function staticVectors(
  texts: readonly string[],
  signal: AbortSignal,
): Promise<{ values: Float32Array; dimensions: number }> {
  const model = staticModel({});
  const dimensions = model.dimensions ?? 0;
  const values = new Float32Array(texts.length * dimensions);
  const ignore = (): void => undefined;
  await model.embed(texts, {
    ...{ known: () => false, signal, warn: ignore, note: ignore },
    deliver: (positions, vectors) => {
      for (let i = 0; i < positions.length; i++)
        values.set(vectors.subarray(i * dimensions, (i + 1) * dimensions), positions[i] * dimensions);
    },
  });
  return { values, dimensions };
}
