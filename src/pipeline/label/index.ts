import { createHash } from "node:crypto";
import pl from "nodejs-polars";
import { runInWorker, workerFile } from "../../compute/worker-task";
import {
  cleanLabel,
  LatentScopeError,
  throwIfAborted,
  UNCLUSTERED,
  UNCLUSTERED_LABEL,
  type LabelSource,
} from "../../scope";
import {
  int64,
  int64Lists,
  PROVENANCE,
  readParquet,
  text,
  writeJson,
  writeParquet,
  type Dataset,
  type JsonObject,
} from "../../store";
import { checkKnown, checkNumber, type OneOf } from "../check-options";
import { clusterColumns, membersOf, type Clustered } from "../cluster";
import { provenanceOf, stepKey, type RunContext, type StepOutcome } from "../context";
import { plural } from "../format";
import type { Ingested } from "../ingest";
import type { Texts } from "../ingest/texts";
import { NAMING, namingOf, renamed, type RunNaming } from "../naming";
import { unlessAborted } from "../native-threads";
import { finishedRun } from "../reuse";
import type { LaidOut } from "../umap";
import { centralRows, outsideRows } from "./central";
import type { KeywordsFound, KeywordsTask } from "./keywords-worker";
import { themesOf } from "./themes";

/** A cluster as a labelling function sees it. */
export interface ClusterToLabel {
  readonly id: number;
  /** Number of rows. */
  readonly size: number;
  /** Some texts, the most central first: `label.samples` of them. */
  readonly texts: readonly string[];
  /** Words and phrases that tell it from the others, best first. */
  readonly keywords: readonly string[];
}

/** Options of the labelling. */
export interface LabelOptions extends RunNaming {
  /**
   * "keywords" (the default; needs no network; clusters by the values of a column keep these as their labels), or a function that gives a cluster its label. The labels of a function are kept like those
   * of any model: a function with the same source text is not called again for the same clusters.
   */
  model?:
    | OneOf<"keywords">
    | ((cluster: ClusterToLabel, options: { signal: AbortSignal | undefined }) => Promise<string> | string);
  /** Texts of each cluster that a function gets. Default: 10. */
  samples?: number;
}

const DEFAULT_SAMPLES = 10;

/** The label of one cluster, and where it came from. */
export interface ClusterLabel {
  readonly label: string;
  readonly description: string;
  readonly source: LabelSource;
  readonly model: string | null;
  readonly error: string | null;
}

export interface Labelled extends StepOutcome {
  readonly key: string;
  /** `clusters/cluster-NNN-labels-NNN.json`. */
  readonly json: JsonObject;
}

/** Checks the options of the labelling. @throws LatentScopeError `bad-option`, `unknown-model` */
export function checkLabelOptions(options: LabelOptions = {}): LabelOptions {
  checkKnown("label", options, ["model", "samples", ...NAMING]);
  namingOf("label", options);
  if (options.samples !== undefined) checkNumber("label.samples", options.samples, { least: 1, whole: true });
  const { model = "keywords" } = options;
  if (model !== "keywords" && typeof model !== "function")
    throw new LatentScopeError(
      "unknown-model",
      `There is no labelling model ${JSON.stringify(model)}. Give "keywords" or a function (cluster) => label.`,
    );
  return options;
}

/**
 * Step 5: a label and a description for each cluster. A function that fails for a cluster leaves it with its keywords and the reason.
 * @throws LatentScopeError `interrupted`, `worker-failed`
 */
export async function label(
  data: Ingested,
  laidOut: LaidOut,
  clustered: Clustered,
  options: LabelOptions,
  context: RunContext,
): Promise<Labelled> {
  return context.step("label", async (clock) => {
    const { dataset } = data;
    const { model, samples = DEFAULT_SAMPLES } = options;
    const ask = typeof model === "function" ? model : null;

    // What a column calls its clusters is what they are called, unless something else is asked for.
    const names = model === undefined ? clustered.names : undefined;
    const modelId = ask ? functionName(ask) : names ? COLUMN_MODEL : KEYWORDS_MODEL;
    const identity = ask
      ? { model: modelId, source: sha256(String(ask)), samples }
      : { model: names ? "column" : "keywords" };
    const key = stepKey("label", { cluster: clustered.key, ...identity });
    const file = (id: string): string => `clusters/${id}.parquet`;
    const earlier = await finishedRun(dataset, await dataset.labelSets(clustered.id), key, (id) => [file(id)]);
    const naming = namingOf("label", options);
    const jsonFile = (id: string): string => dataset.path("clusters", `${id}.json`);
    if (earlier) {
      const json = await renamed(jsonFile(earlier.id), earlier.json, naming);
      return { id: earlier.id, key, json, reused: true, summary: summaryOf(json) };
    }

    const labels = await clustered.labels();
    const coordinates = await laidOut.coordinates();
    const central = centralRows(membersOf(labels), coordinates);
    context.progress("label", 0, central.length, "clusters");
    const groups = central.map((rows, id) => ({ id, texts: textsOf(data.texts, rows), name: names?.[id] }));
    const themes = themesOf(labels, coordinates);
    const { made, themeLabels } = await makeLabels(groups, textsOf(data.texts, outsideRows(labels)), options, {
      ...{ signal: context.signal, themes },
      onLabel: (done) => context.progress("label", done, central.length, "clusters"),
    });

    const id = await dataset.nextLabelSetId(clustered.id);
    const failed = made.filter(({ error }) => error !== null);
    if (failed.length)
      context.warn(
        `${plural(failed.length, "cluster")} kept keywords as labels, because the labelling function failed: ${failed[0].error ?? ""}`,
      );
    const json = {
      id,
      cluster_id: clustered.id,
      model_id: modelId,
      text_column: data.textColumn,
      samples: ask ? samples : 0,
      context: "",
      max_tokens_per_sample: -1,
      max_tokens_total: -1,
      ...naming,
      [PROVENANCE]: provenanceOf(key, clock, {
        clusters: made.length,
        labels: made.map(({ source, model: by, error }) => ({ source, model: by, error })),
        // clusters by their position
        themes: themes.map((clusters, i) => ({ label: themeLabels[i] ?? made[clusters[0]].label, clusters })),
      }),
    };
    await writeParquet(dataset.path(file(id)), labelTable(made, labels, coordinates));
    await writeJson(jsonFile(id), json);
    return { id, key, json, reused: false, summary: summaryOf(json) };
  });
}

/** A cluster that is to be labelled. */
export interface Group {
  readonly id: number;
  /** Its texts, the most central first. */
  readonly texts: readonly string[];
  /** The name that it has of itself. */
  readonly name?: string | undefined;
  /** False for a cluster that is there only to tell the others from it. Default: true. */
  readonly wanted?: boolean;
}

/**
 * Labels of those clusters that are wanted, in their order. A function that fails for a cluster leaves it with its keywords and the reason.
 * @param background texts of no cluster
 * @param how.themes positions of groups that are named together, by keywords
 * @throws LatentScopeError `interrupted`, `worker-failed`
 */
export async function makeLabels(
  groups: readonly Group[],
  background: readonly string[],
  { model, samples = DEFAULT_SAMPLES }: LabelOptions,
  how: {
    signal: AbortSignal | undefined;
    onLabel?: (done: number) => void;
    themes?: readonly (readonly number[])[];
  },
): Promise<{ made: ClusterLabel[]; themeLabels: (string | null)[] }> {
  const { signal, onLabel, themes = [] } = how;
  const ask = typeof model === "function" ? model : null;
  const task: KeywordsTask = { texts: groups.map(({ texts }) => texts), background, themes };
  const file = workerFile(__dirname, "keywords-worker.js");
  const found = await runInWorker<KeywordsTask, KeywordsFound>(file, task, { what: "Labelling", signal });
  const made: ClusterLabel[] = [];
  for (const [i, { id, texts, name, wanted = true }] of groups.entries()) {
    if (!wanted) continue;
    const { label: text, description, keywords } = found.labels[i];
    const byKeywords = { label: text, description, source: "keywords", model: null, error: null } as const;
    const fallback = name === undefined ? byKeywords : ({ ...byKeywords, label: name, source: "column" } as const);
    const shown = { id, size: texts.length, texts: texts.slice(0, samples), keywords };
    made.push(ask ? await labelByFunction(ask, functionName(ask), shown, fallback, signal) : fallback);
    onLabel?.(made.length);
  }
  return { made, themeLabels: found.themes };
}

function functionName(ask: Exclude<LabelOptions["model"], string | undefined>): string {
  return `function-${ask.name || "anonymous"}`;
}

/** The model of keyword labels in the files. */
const KEYWORDS_MODEL = "latentscope-keywords";
/** That of labels that are the values of a column. */
const COLUMN_MODEL = "latentscope-column";
/** The description of the rows that belong to no cluster. */
const OUTSIDE_DESCRIPTION = "Rows that belong to no cluster.";

async function labelByFunction(
  model: Exclude<LabelOptions["model"], string | undefined>,
  name: string,
  shown: ClusterToLabel,
  fallback: ClusterLabel,
  signal: AbortSignal | undefined,
): Promise<ClusterLabel> {
  throwIfAborted(signal, "Labelling");
  try {
    const answer = await unlessAborted(Promise.resolve(model(shown, { signal })), signal, "Labelling");
    return { ...fallback, label: cleanLabel(answer), source: "llm", model: name };
  } catch (error) {
    throwIfAborted(signal, "Labelling");
    return { ...fallback, error: error instanceof Error ? error.message : String(error) };
  }
}

function labelTable(made: readonly ClusterLabel[], labels: Int32Array, coordinates: Float32Array): pl.DataFrame {
  const { members, hulls, unclustered } = clusterColumns(labels, coordinates);
  const names = made.map((cluster) => cluster.label);
  const descriptions = made.map((cluster) => cluster.description);
  if (unclustered) {
    names.push(UNCLUSTERED_LABEL);
    descriptions.push(OUTSIDE_DESCRIPTION);
  }
  return pl.DataFrame([
    text("label", names),
    text("description", descriptions),
    int64Lists("indices", members),
    int64Lists("hull", hulls),
    pl.Series(
      "labeled",
      names.map((_, id) => id < made.length),
      pl.Bool,
    ),
    text("label_raw", names),
  ]);
}

/** The labels as saved, one row a cluster: `cluster`, `label`, `description`, `size`; the rows of no cluster are cluster -1. */
export async function readLabels(dataset: Dataset, { id }: Labelled): Promise<pl.DataFrame> {
  const table = await readParquet(dataset.path("clusters", `${id}.parquet`));
  const labelled = table.getColumn("labeled").toArray() as boolean[];
  const sizes = (table.getColumn("indices").toArray() as unknown as ArrayLike<unknown>[]).map((rows) => rows.length);
  return pl.DataFrame([
    int64(
      "cluster",
      labelled.map((inside, position) => (inside ? position : UNCLUSTERED)),
    ),
    table.getColumn("label"),
    table.getColumn("description"),
    int64("size", sizes),
  ]);
}

/** The texts of some rows, those without left out. */
export function textsOf(texts: Texts, rows: ArrayLike<number>): string[] {
  return texts.at(rows).filter((text) => text !== null);
}

const MODEL_TITLES: Readonly<Partial<Record<string, string>>> = {
  [KEYWORDS_MODEL]: "keywords",
  [COLUMN_MODEL]: "from the column",
};

function summaryOf(json: JsonObject): string {
  const { clusters } = json[PROVENANCE] as JsonObject;
  return `${plural(Number(clusters), "label")}, ${MODEL_TITLES[String(json["model_id"])] ?? String(json["model_id"])}`;
}

function sha256(source: string): string {
  return createHash("sha256").update(source).digest("hex");
}
