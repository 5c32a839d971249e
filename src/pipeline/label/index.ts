import { setImmediate as nextTurn } from "node:timers/promises";
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
import { count, plural } from "../format";
import type { Ingested } from "../ingest";
import { NAMING, namingOf, renamed, type RunNaming } from "../naming";
import { dollars } from "../openai/spending";
import { finishedRun } from "../reuse";
import type { LaidOut } from "../umap";
import { centralRows, outsideRows } from "./central";
import { functionLabeller, type LabelFunction } from "./custom";
import type { Labeller, LabelUsage } from "./labeller";
import { checkGguf, ggufLabeller } from "./gguf";
import { makeLabels, NEIGHBOURS, textsOf, type ClusterLabel, type Group } from "./make-labels";
import { nearestClusters } from "./neighbours";
import { ENDPOINT_OPTIONS, openaiLabeller } from "./openai";
import { PROMPTING } from "./prompt-options";
import { themesOf } from "./themes";

/** Options of the labelling. */
export interface LabelOptions extends RunNaming {
  /**
   * "keywords" (the default; needs no network; clusters by the values of a column keep these as their labels), "openai:<model>" (a chat model of
   * OpenAI's, or of any server that speaks its API), "gguf:<file>" (a chat model on this machine, by the package node-llama-cpp, to be installed
   * beside this one), or a function that gives a cluster its label. Where there are more than 30 clusters, language models name the themes of these,
   * too. The labels of a function are kept like those of any model: a function with the same source text is not called again for the same clusters.
   */
  model?: OneOf<"keywords" | `openai:${string}` | `gguf:${string}`> | LabelFunction;
  /** Texts of each cluster that a model is shown, at most. Default: 10. A function gets the most central ones; half of a language model's are as different as can be. */
  samples?: number;
  /** Language models: what the texts are, in a sentence or two: "Complaints of passengers of a railway". Default: "". */
  context?: string;
  /** Language models: texts are cut there, by an estimate of their tokens. Default: 128. */
  maxTokensPerText?: number;
  /** Language models: most tokens of a prompt, by an estimate that is rather too high; texts that do not fit are left out. Default: 2500. */
  maxPromptTokens?: number;
  /** "openai:…": address of the API, as `embed.baseURL`. */
  baseURL?: string;
  /** "openai:…": the key, which is written nowhere, as `embed.apiKey`. */
  apiKey?: string;
  /** "openai:…": most requests at a time, 1 to 64. Default: 4. */
  concurrency?: number;
  /** "openai:…": most that the labels may cost, in US dollars. Default: 1. Checked before anything is sent, and before each prompt. Holds where a price is known. */
  maxCost?: number;
  /**
   * "openai:…": price of a million tokens of prompts in US dollars, together with that of answers. Default: OpenAI's prices at its own endpoint,
   * none elsewhere.
   */
  pricePerMillionTokens?: number;
  /** "openai:…": price of a million tokens of answers in US dollars, together with that of prompts. */
  pricePerMillionOutputTokens?: number;
}

const DEFAULT_SAMPLES = 10;

export interface Labelled extends StepOutcome {
  readonly key: string;
  /** `clusters/cluster-NNN-labels-NNN.json`. */
  readonly json: JsonObject;
}

/** Checks the options of the labelling. @throws LatentScopeError `bad-option`, `unknown-model`, `model-missing`, `endpoint-refused` without a key */
export function checkLabelOptions(options: LabelOptions = {}): LabelOptions {
  checkKnown("label", options, ["model", ...PROMPTING, ...ENDPOINT_OPTIONS, ...NAMING]);
  namingOf("label", options);
  const { model = "keywords", samples } = options;
  const [kind, of] = typeof model === "string" ? partsOf(model) : [undefined, ""];
  if (kind === "openai" && of) openaiLabeller(of, options);
  else if (kind === "gguf" && of) checkGguf(of, options);
  else {
    checkKnown(typeof model === "function" ? "label with a function" : `label with the model "${model}"`, options, [
      ...["model", "samples", ...NAMING],
    ]);
    if (samples !== undefined) checkNumber("label.samples", samples, { least: 1, whole: true });
    if (model !== "keywords" && typeof model !== "function")
      throw new LatentScopeError(
        "unknown-model",
        `There is no labelling model ${JSON.stringify(model)}. Give "keywords", "openai:<model>", "gguf:<file>" or a function (cluster) => label.`,
      );
  }
  return options;
}

/** The kind of the model that the options name, and which: "openai" and "gpt-4o-mini", "function" and its name. */
export function labelModelOf({ model = "keywords" }: LabelOptions): { kind: string; of: string } {
  if (typeof model === "function")
    return { kind: "function", of: model.name ? `the function ${model.name}` : "a function" };
  const [kind, of] = partsOf(model);
  return { kind, of };
}

/** "openai:gpt-4o-mini" as "openai" and "gpt-4o-mini". */
function partsOf(model: string): [kind: string, of: string] {
  const colon = model.indexOf(":");
  return colon < 0 ? [model, ""] : [model.slice(0, colon), model.slice(colon + 1)];
}

/**
 * Step 5: a label and a description for each cluster. A model that fails for a cluster leaves it with its keywords and the reason.
 * @throws LatentScopeError `interrupted`, `worker-failed`, `cost-limit`, `data-dir-not-writable`
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
    const labeller = await labellerOf(options, context.signal);

    // What a column calls its clusters is what they are called, unless something else is asked for.
    const names = options.model === undefined ? clustered.names : undefined;
    const modelId = labeller?.modelId ?? (names ? COLUMN_MODEL : KEYWORDS_MODEL);
    const identity = labeller ? { model: modelId, ...labeller.identity } : { model: names ? "column" : "keywords" };
    const wantedKey = stepKey("label", { cluster: clustered.key, ...identity });
    const file = (id: string): string => `clusters/${id}.parquet`;
    const naming = namingOf("label", options);
    const jsonFile = (id: string): string => dataset.path("clusters", `${id}.json`);
    const reuse = async (key: string): Promise<Labelled | undefined> => {
      const earlier = await finishedRun(dataset, await dataset.labelSets(clustered.id), key, (id) => [file(id)]);
      if (!earlier) return undefined;
      const json = await renamed(jsonFile(earlier.id), earlier.json, naming);
      return { id: earlier.id, key, json, reused: true, summary: summaryOf(json) };
    };
    const earlier = await reuse(wantedKey);
    if (earlier) return earlier;

    const labels = await clustered.labels();
    const coordinates = await laidOut.coordinates();
    const central = centralRows(membersOf(labels), coordinates);
    context.progress("label", 0, central.length, "clusters");
    const groups: Group[] = [];
    for (const [id, rows] of central.entries()) {
      groups.push({ id, ...textsOf(data.texts, rows), name: names?.[id] });
      await nextTurn();
    }
    const themes = themesOf(labels, coordinates);
    let done = 0;
    const tell = (note?: string): void => context.progress("label", done, central.length, "clusters", note);
    const { made, themeLabels, usage } = await makeLabels(groups, textsOf(data.texts, outsideRows(labels)), labeller, {
      ...{ signal: context.signal, themes, note: tell },
      neighbours: nearestClusters(central, coordinates, NEIGHBOURS),
      answersFile: dataset.path("clusters", ANSWERS_FILE),
      warn: (message) => context.warn(message),
      onLabel(now) {
        done = now;
        tell();
      },
    });

    const failed = [...made.keys()].filter((cluster) => made[cluster].error !== null);
    if (failed.length)
      context.warn(
        `${plural(failed.length, "cluster")} kept keywords as labels, because the model ${modelId} failed: ${made[failed[0]].error ?? ""}`,
      );
    // the next run finds none that is whole, and asks for what is missing
    const key = failed.length && labeller?.triesAgain ? stepKey("label", { of: wantedKey, failed }) : wantedKey;
    const sameFailed = key === wantedKey ? undefined : await reuse(key);
    if (sameFailed) return { ...sameFailed, sent: sentBy(labeller, usage) };
    const id = await dataset.nextLabelSetId(clustered.id);
    const json = {
      id,
      cluster_id: clustered.id,
      model_id: modelId,
      text_column: data.textColumn,
      samples: labeller?.samples ?? 0,
      context: options.context ?? "",
      max_tokens_per_sample: labeller?.parameters["maxTokensPerText"] ?? -1,
      max_tokens_total: labeller?.parameters["maxPromptTokens"] ?? -1,
      ...naming,
      [PROVENANCE]: provenanceOf(key, clock, {
        clusters: made.length,
        ...(labeller && usage
          ? { title: labeller.title, model: labeller.identity, failed: failed.length, ...usage }
          : {}),
        labels: made.map(({ source, model, error, origin }) => ({ source, model, error, origin })),
        // clusters by their position
        themes: themes.map((clusters, i) => ({ ...themeLabels[i], clusters })),
      }),
    };
    await writeParquet(dataset.path(file(id)), labelTable(made, labels, coordinates));
    await writeJson(jsonFile(id), json);
    return { id, key, json, reused: false, summary: summaryOf(json), sent: sentBy(labeller, usage) };
  });
}

/** What went where: "60 texts to api.openai.com/v1 in 6 prompts"; undefined where nothing did. */
export function sentBy(labeller: Labeller | null, usage: LabelUsage | undefined): string | undefined {
  if (!labeller?.sendsTo || !usage?.texts) return undefined;
  return `${plural(usage.texts, "text")} to ${labeller.sendsTo} in ${plural(usage.prompts, "prompt")}`;
}

/** The model that the options name; null for keywords. @throws LatentScopeError as {@link checkLabelOptions}; `interrupted` */
export async function labellerOf(options: LabelOptions, signal?: AbortSignal): Promise<Labeller | null> {
  const { model = "keywords", samples = DEFAULT_SAMPLES } = options;
  if (typeof model === "function") return functionLabeller(model, samples);
  const [kind, of] = partsOf(model);
  if (kind === "openai") return openaiLabeller(of, options);
  if (kind === "gguf") return ggufLabeller(of, options, signal);
  return null;
}

/** Keeps the answers of language models, in the folder of the clusters. */
export const ANSWERS_FILE = "label-answers.jsonl";
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
      Int32Array.from(labelled, (inside, position) => (inside ? position : UNCLUSTERED)),
    ),
    table.getColumn("label"),
    table.getColumn("description"),
    int64("size", Int32Array.from(sizes)),
  ]);
}

const MODEL_TITLES: Readonly<Partial<Record<string, string>>> = {
  [KEYWORDS_MODEL]: "keywords",
  [COLUMN_MODEL]: "from the column",
};

function summaryOf(json: JsonObject): string {
  const { clusters, title, tokens, cost, failed } = json[PROVENANCE] as JsonObject;
  const modelId = String(json["model_id"]);
  const model = typeof title === "string" ? title : (MODEL_TITLES[modelId] ?? modelId);
  return summaryWords({
    ...{ labels: Number(clusters), failed: Number(failed ?? 0), model },
    tokens: typeof tokens === "number" ? tokens : undefined,
    cost: typeof cost === "number" ? cost : undefined,
  });
}

/** "6 labels, openai:gpt-4o-mini at api.openai.com/v1, 720 tokens, $0.0021, 1 failed" */
export function summaryWords(what: {
  labels: number;
  failed: number;
  model: string;
  tokens: number | undefined;
  cost: number | undefined;
}): string {
  const { labels, failed, model, tokens, cost } = what;
  return [
    `${plural(labels, "label")}, ${model}`,
    ...(tokens === undefined ? [] : [plural(tokens, "token")]),
    ...(cost === undefined ? [] : [dollars(cost)]),
    ...(failed ? [`${count(failed)} failed`] : []),
  ].join(", ");
}
