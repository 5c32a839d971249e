import pl from "nodejs-polars";
import { LatentScopeError, UNCLUSTERED, UNCLUSTERED_LABEL } from "../../scope";
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
import { NAMING, namingOf, renamed, type RunNaming } from "../naming";
import { finishedRun } from "../reuse";
import type { LaidOut } from "../umap";
import { centralRows, outsideRows } from "./central";
import { functionLabeller, type LabelFunction } from "./custom";
import type { Labeller } from "./labeller";
import { makeLabels, textsOf, type ClusterLabel } from "./make-labels";
import { themesOf } from "./themes";

/** Options of the labelling. */
export interface LabelOptions extends RunNaming {
  /**
   * "keywords" (the default; needs no network; clusters by the values of a column keep these as their labels), or a function that gives a cluster its label. The labels of a function are kept like those
   * of any model: a function with the same source text is not called again for the same clusters.
   */
  model?: OneOf<"keywords"> | LabelFunction;
  /** Texts of each cluster that a function gets. Default: 10. */
  samples?: number;
}

const DEFAULT_SAMPLES = 10;

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
    const labeller = labellerOf(options);

    // What a column calls its clusters is what they are called, unless something else is asked for.
    const names = options.model === undefined ? clustered.names : undefined;
    const modelId = labeller?.modelId ?? (names ? COLUMN_MODEL : KEYWORDS_MODEL);
    const identity = labeller ? { model: modelId, ...labeller.identity } : { model: names ? "column" : "keywords" };
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
    const groups = central.map((rows, id) => ({ id, ...textsOf(data.texts, rows), name: names?.[id] }));
    const themes = themesOf(labels, coordinates);
    const { made, themeLabels } = await makeLabels(groups, textsOf(data.texts, outsideRows(labels)), labeller, {
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
      samples: labeller?.samples ?? 0,
      context: "",
      max_tokens_per_sample: -1,
      max_tokens_total: -1,
      ...naming,
      [PROVENANCE]: provenanceOf(key, clock, {
        clusters: made.length,
        labels: made.map(({ source, model, error, origin }) => ({ source, model, error, origin })),
        // clusters by their position
        themes: themes.map((clusters, i) => ({ label: themeLabels[i] ?? made[clusters[0]].label, clusters })),
      }),
    };
    await writeParquet(dataset.path(file(id)), labelTable(made, labels, coordinates));
    await writeJson(jsonFile(id), json);
    return { id, key, json, reused: false, summary: summaryOf(json) };
  });
}

/** The model that the options name; null for keywords. */
export function labellerOf({ model, samples = DEFAULT_SAMPLES }: LabelOptions): Labeller | null {
  return typeof model === "function" ? functionLabeller(model, samples) : null;
}

/** The model of keyword labels in the files. */
const KEYWORDS_MODEL = "latentscope-keywords";
/** That of labels that are the values of a column. */
const COLUMN_MODEL = "latentscope-column";
/** The description of the rows that belong to no cluster. */
const OUTSIDE_DESCRIPTION = "Rows that belong to no cluster.";

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

const MODEL_TITLES: Readonly<Partial<Record<string, string>>> = {
  [KEYWORDS_MODEL]: "keywords",
  [COLUMN_MODEL]: "from the column",
};

function summaryOf(json: JsonObject): string {
  const { clusters } = json[PROVENANCE] as JsonObject;
  return `${plural(Number(clusters), "label")}, ${MODEL_TITLES[String(json["model_id"])] ?? String(json["model_id"])}`;
}
