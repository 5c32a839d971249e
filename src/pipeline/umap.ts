import pl from "nodejs-polars";
import { isUmapEngine, umap as layout, umapTransform, type UmapEngineName } from "../compute";
import { LatentScopeError } from "../scope";
import { PROVENANCE, writeJson, writeParquet, type JsonObject } from "../store";
import { checkKnown, checkNumber, type OneOf } from "./check-options";
import { provenanceOf, stepKey, type RunContext, type StepOutcome } from "./context";
import type { Embedded } from "./embed";
import { plural } from "./format";
import type { Ingested } from "./ingest";
import { axesOf } from "./axes";
import { earlierLayout, readPlaces, referenceLayout, type Extent } from "./layouts";
import { NAMING, namingOf, renamed, type RunNaming } from "./naming";
import { finishedRun, lazily } from "./reuse";
import { rowsOf, type Vectors } from "./vectors";

/** Options of the layout. */
export interface UmapStepOptions extends RunNaming {
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
  /** Numbers in each place: 2, the default, or 3, which `scope.rows` has as `z`; clusters are then found in space. The map shows the first two. */
  dimensions?: 2 | 3;
  /** An earlier layout of this dataset to start from, "umap-001". Rows move on from there. Default: a spectral embedding. */
  init?: string;
  /**
   * A layout to place the rows in, which does not move: "tickets/umap-001", of another dataset of the folder whose texts were embedded with the
   * same model. Its `nNeighbors`, `minDist` and dimensions are taken.
   */
  transform?: string;
}

const DEFAULTS = { nNeighbors: 25, minDist: 0.1, seed: 42, engine: "wasm" } as const;

export interface LaidOut extends StepOutcome {
  readonly key: string;
  /** `umaps/umap-NNN.json`. */
  readonly json: JsonObject;
  /** x and y of each row in turn, in [-1, 1]; rows without text are at -1, -1. */
  readonly coordinates: () => Promise<Float32Array>;
  /** The whole places: two or three numbers a row. */
  readonly places: () => Promise<Vectors>;
}

/** Checks the options of the layout. @throws LatentScopeError `bad-option` */
export function umapOptions(options: UmapStepOptions = {}) {
  const known = ["nNeighbors", "minDist", "nEpochs", "seed", "engine", "dimensions", "init", "transform", ...NAMING];
  checkKnown("umap", options, known);
  const { name, description, ...parameters } = options;
  const naming = namingOf("umap", { name, description });
  const { engine = DEFAULTS.engine, dimensions = 2, nEpochs, init, transform } = parameters;
  const { nNeighbors = DEFAULTS.nNeighbors, minDist = DEFAULTS.minDist } = parameters;
  if (!isUmapEngine(engine))
    throw new LatentScopeError("bad-option", `There is no umap.engine ${JSON.stringify(engine)}.`);
  checkNumber("umap.nNeighbors", nNeighbors, { least: 2, whole: true });
  checkNumber("umap.minDist", minDist, { least: 0, greatest: 1 });
  if (nEpochs !== undefined) checkNumber("umap.nEpochs", nEpochs, { least: 1, whole: true });
  checkNumber("umap.dimensions", dimensions, { least: 2, greatest: 3, whole: true });
  for (const [option, value] of Object.entries({ init, transform }))
    if (value !== undefined && typeof value !== "string")
      throw new LatentScopeError("bad-option", `umap.${option} is the id of a layout, as "umap-001".`);
  const taken = ["nNeighbors", "minDist", "dimensions", "init", "engine"] as const;
  const unread = transform === undefined ? undefined : taken.find((option) => parameters[option] !== undefined);
  if (unread)
    throw new LatentScopeError(
      "bad-option",
      `umap.${unread} has no meaning together with umap.transform: a layout is taken as it is.`,
    );
  // two as if it were not given: keys of earlier runs stay what they are
  return {
    parameters: { ...DEFAULTS, ...parameters, engine, dimensions: dimensions === 3 ? (3 as const) : undefined },
    naming,
  };
}

/**
 * Step 3: a place for each row that has text; each axis is stretched to [-1, 1].
 * @throws LatentScopeError `not-found` and `bad-option` for layouts that are not there or do not fit; `interrupted`, `worker-failed`
 */
export async function umap(
  data: Ingested,
  embedded: Embedded,
  { parameters, naming }: ReturnType<typeof umapOptions>,
  context: RunContext,
): Promise<LaidOut> {
  return context.step("umap", async (clock) => {
    const { dataset } = data;
    const { init, transform } = parameters;
    const start = init === undefined ? undefined : await earlierLayout(data, init);
    const reference = transform === undefined ? undefined : await referenceLayout(data, embedded, transform);
    const sources = { ...(start && { init: start.key }), ...(reference && { transform: reference.key }) };
    const key = stepKey("umap", { embedding: embedded.key, ...parameters, ...sources });
    const file = (id: string): string => `umaps/${id}.parquet`;
    const json = (id: string): string => dataset.path("umaps", `${id}.json`);
    const earlier = await finishedRun(dataset, await dataset.runs("umap"), key, (id) => [file(id)]);
    if (earlier) {
      const places = lazily(() => readPlaces(dataset.path(file(earlier.id)), earlier.json));
      const named = await renamed(json(earlier.id), earlier.json, naming);
      return { id: earlier.id, key, json: named, reused: true, summary: summaryOf(named), ...laidOut(places) };
    }
    const { rows } = data.texts;
    context.progress("umap", 0, rows.length, "rows", "nearest neighbours");
    const vectors = await embedded.vectors();
    const dimensions: 2 | 3 = reference?.dimensions ?? parameters.dimensions ?? 2;
    const nNeighbors = reference?.nNeighbors ?? Math.max(2, Math.min(parameters.nNeighbors, rows.length - 1));
    const minDist = reference?.minDist ?? parameters.minDist;
    if (start && start.dimensions !== dimensions)
      throw new LatentScopeError(
        "bad-option",
        `The layout "${String(init)}" has ${start.dimensions} dimensions, and umap.dimensions is ${dimensions}.`,
      );
    let epochs = 0;
    const shape = {
      ...{ rows: rows.length, dimensions: vectors.dimensions, nComponents: dimensions, nNeighbors, minDist },
      ...{ nEpochs: parameters.nEpochs, seed: parameters.seed, signal: context.signal },
    };
    const raw = reference
      ? await umapTransform(rowsOf(vectors, rows), { ...shape, ...(await reference.load(context.signal)) })
      : await layout(rowsOf(vectors, rows), {
          ...{ ...shape, engine: parameters.engine, init: start && (await start.load()) },
          onNeighbors: (done, total) => context.progress("umap", done, total, "rows", "nearest neighbours"),
          onEpoch: (done, total) => {
            epochs = total;
            context.progress("umap", done, total, "epochs");
          },
        });
    const extent = reference?.extent ?? extentOf(raw, dimensions);
    const values = placed(raw, rows, data.frame.height, extent);
    const id = await dataset.nextId("umap");
    const record = {
      id,
      embedding_id: embedded.id,
      neighbors: nNeighbors,
      min_dist: minDist,
      dimensions,
      min_values: extent.least,
      max_values: extent.greatest,
      ...(init === undefined ? {} : { init }),
      ...(transform === undefined ? {} : { transformed_from: transform }),
      ...naming,
      [PROVENANCE]: provenanceOf(key, clock, {
        ...{ seed: parameters.seed, engine: parameters.engine, metric: "cosine", rows: rows.length },
        // placing rows in a layout has a number of rounds of its own
        ...(reference ? {} : { epochs }),
        ...sources,
      }),
    };
    const names = ["x", "y", "z"].slice(0, dimensions);
    const axes = axesOf(values, dimensions);
    await writeParquet(dataset.path(file(id)), pl.DataFrame(names.map((name, axis) => pl.Series(name, axes[axis]))));
    await writeJson(json(id), record);
    const places = { values, rows: data.frame.height, dimensions };
    const outcome = { id, key, json: record, reused: false, summary: summaryOf(record) };
    return { ...outcome, ...laidOut(() => Promise.resolve(places)) };
  });
}

function laidOut(places: () => Promise<Vectors>): Pick<LaidOut, "places" | "coordinates"> {
  return {
    places,
    coordinates: lazily(async () => {
      const { values, dimensions } = await places();
      return dimensions === 2 ? values : values.filter((_, i) => i % dimensions < 2);
    }),
  };
}

function summaryOf(json: JsonObject): string {
  const { epochs, seed } = (json[PROVENANCE] ?? {}) as JsonObject;
  const rounds = typeof epochs === "number" ? `${plural(epochs, "epoch")}, ` : "";
  const into = typeof json["transformed_from"] === "string" ? `in ${json["transformed_from"]}, ` : "";
  return `${into}${plural(Number(json["neighbors"]), "neighbour")}, ${rounds}seed ${String(seed)}`;
}

function extentOf(raw: Float32Array, dimensions: number): Extent {
  const least = new Array<number>(dimensions).fill(Infinity);
  const greatest = new Array<number>(dimensions).fill(-Infinity);
  raw.forEach((value, i) => {
    least[i % dimensions] = Math.min(least[i % dimensions], value);
    greatest[i % dimensions] = Math.max(greatest[i % dimensions], value);
  });
  return { least, greatest };
}

/** The places of some rows in the plane, each axis stretched to [-1, 1], as places of all rows: those that are not there are at -1. */
export function stretched(raw: Float32Array, rows: Int32Array, height: number): Float32Array {
  return placed(raw, rows, height, extentOf(raw, 2));
}

/** Each axis stretched from its extent to [-1, 1], one without extent 0. Rows that are not there are at -1; what is outside comes to the edge. */
function placed(raw: Float32Array, rows: Int32Array, height: number, { least, greatest }: Extent): Float32Array {
  const dimensions = least.length;
  const places = new Float32Array(height * dimensions).fill(-1);
  raw.forEach((value, i) => {
    const axis = i % dimensions;
    const extent = greatest[axis] - least[axis];
    const place = extent > 0 ? (2 * (value - least[axis])) / extent - 1 : 0;
    places[rows[(i - axis) / dimensions] * dimensions + axis] = Math.max(-1, Math.min(1, place));
  });
  return places;
}
