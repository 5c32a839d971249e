import pl from "nodejs-polars";
import { isUmapEngine, umap as layout, type UmapEngineName } from "../compute";
import { LatentScopeError } from "../scope";
import { numbers, PROVENANCE, readParquet, writeJson, writeParquet, type JsonObject } from "../store";
import { checkKnown, checkNumber, type OneOf } from "./check-options";
import { provenanceOf, stepKey, type RunContext, type StepOutcome } from "./context";
import type { Embedded } from "./embed";
import { plural } from "./format";
import type { Ingested } from "./ingest";
import { finishedRun, lazily } from "./reuse";
import { rowsOf } from "./vectors";

/** Options of the layout. */
export interface UmapStepOptions {
  /** Size of the neighbourhoods that the layout keeps: small shows detail, large shows the whole. Default: 25; fewer where there are fewer rows. */
  nNeighbors?: number;
  /** How close points may lie, 0 to 1. Default: 0.1. */
  minDist?: number;
  /** Rounds of optimisation. Default: the engine's, by row count. */
  nEpochs?: number;
  /** Seed of all random choices: the same seed gives the same map. Default: 42. */
  seed?: number;
  /** Which implementation: our own kernels or the npm package "umap-js", slower. Default: "wasm". */
  engine?: OneOf<UmapEngineName>;
}

const DEFAULTS = { nNeighbors: 25, minDist: 0.1, seed: 42, engine: "wasm" } as const;

export interface LaidOut extends StepOutcome {
  readonly key: string;
  /** `umaps/umap-NNN.json`. */
  readonly json: JsonObject;
  /** x and y of each row in turn, in [-1, 1]; rows without text are at -1, -1. */
  readonly coordinates: () => Promise<Float32Array>;
}

/** Checks the options of the layout. @throws LatentScopeError `bad-option` */
export function umapOptions(options: UmapStepOptions = {}) {
  checkKnown("umap", options, ["nNeighbors", "minDist", "nEpochs", "seed", "engine"]);
  const { nNeighbors = DEFAULTS.nNeighbors, minDist = DEFAULTS.minDist, nEpochs, engine = DEFAULTS.engine } = options;
  if (!isUmapEngine(engine))
    throw new LatentScopeError("bad-option", `There is no umap.engine ${JSON.stringify(engine)}.`);
  checkNumber("umap.nNeighbors", nNeighbors, { least: 2, whole: true });
  checkNumber("umap.minDist", minDist, { least: 0, greatest: 1 });
  if (nEpochs !== undefined) checkNumber("umap.nEpochs", nEpochs, { least: 1, whole: true });
  return { ...DEFAULTS, ...options, engine };
}

/**
 * Step 3: a place in the plane for each row that has text; x and y are each stretched to [-1, 1].
 * @throws LatentScopeError `interrupted`, `worker-failed`
 */
export async function umap(
  data: Ingested,
  embedded: Embedded,
  options: ReturnType<typeof umapOptions>,
  context: RunContext,
): Promise<LaidOut> {
  return context.step("umap", async (clock) => {
    const { dataset } = data;
    const key = stepKey("umap", { embedding: embedded.key, ...options });
    const file = (id: string): string => `umaps/${id}.parquet`;
    const earlier = await finishedRun(dataset, await dataset.runs("umap"), key, (id) => [file(id)]);
    if (earlier) {
      const coordinates = lazily(() => readCoordinates(dataset.path(file(earlier.id))));
      return { id: earlier.id, key, json: earlier.json, reused: true, summary: summaryOf(earlier.json), coordinates };
    }
    const { rows } = data.texts;
    context.progress("umap", 0, rows.length, "rows", "nearest neighbours");
    const vectors = await embedded.vectors();
    const nNeighbors = Math.max(2, Math.min(options.nNeighbors, rows.length - 1));
    let epochs = 0;
    const raw = await layout(rowsOf(vectors, rows), {
      ...options,
      nNeighbors,
      rows: rows.length,
      dimensions: vectors.dimensions,
      signal: context.signal,
      onNeighbors: (done, total) => context.progress("umap", done, total, "rows", "nearest neighbours"),
      onEpoch: (done, total) => {
        epochs = total;
        context.progress("umap", done, total, "epochs");
      },
    });
    const { coordinates, least, greatest } = normalise(raw, rows, data.frame.height);
    const id = await dataset.nextId("umap");
    const json = {
      id,
      embedding_id: embedded.id,
      neighbors: nNeighbors,
      min_dist: options.minDist,
      dimensions: 2,
      min_values: least,
      max_values: greatest,
      [PROVENANCE]: provenanceOf(key, clock, {
        seed: options.seed,
        engine: options.engine,
        epochs,
        metric: "cosine",
        rows: rows.length,
      }),
    };
    const frame = pl.DataFrame([
      pl.Series(
        "x",
        coordinates.filter((_, i) => i % 2 === 0),
      ),
      pl.Series(
        "y",
        coordinates.filter((_, i) => i % 2 === 1),
      ),
    ]);
    await writeParquet(dataset.path(file(id)), frame);
    await writeJson(dataset.path("umaps", `${id}.json`), json);
    return { id, key, json, reused: false, summary: summaryOf(json), coordinates: () => Promise.resolve(coordinates) };
  });
}

function summaryOf(json: JsonObject): string {
  const { epochs, seed } = (json[PROVENANCE] ?? {}) as JsonObject;
  return `${plural(Number(json["neighbors"]), "neighbour")}, ${plural(Number(epochs ?? 0), "epoch")}, seed ${String(seed)}`;
}

/** Stretches each axis to [-1, 1]. An axis without extent is 0. */
function normalise(
  raw: Float32Array,
  rows: Int32Array,
  height: number,
): { coordinates: Float32Array; least: number[]; greatest: number[] } {
  const least = [Infinity, Infinity];
  const greatest = [-Infinity, -Infinity];
  raw.forEach((value, i) => {
    least[i % 2] = Math.min(least[i % 2], value);
    greatest[i % 2] = Math.max(greatest[i % 2], value);
  });
  const coordinates = new Float32Array(height * 2).fill(-1);
  raw.forEach((value, i) => {
    const axis = i % 2;
    const extent = greatest[axis] - least[axis];
    coordinates[rows[i >> 1] * 2 + axis] = extent > 0 ? (2 * (value - least[axis])) / extent - 1 : 0;
  });
  return { coordinates, least, greatest };
}

async function readCoordinates(file: string): Promise<Float32Array> {
  const frame = await readParquet(file);
  const x = numbers(frame, "x", file);
  const y = numbers(frame, "y", file);
  return Float32Array.from({ length: x.length * 2 }, (_, i) => (i % 2 ? y : x)[i >> 1]);
}
