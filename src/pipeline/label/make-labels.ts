import { setImmediate as nextTurn } from "node:timers/promises";
import { runInWorker, workerFile } from "../../compute/worker-task";
import { cleanLabel, throwIfAborted, type LabelOrigin, type LabelSource } from "../../scope";
import type { Texts } from "../ingest/texts";
import type { KeywordsFound, KeywordsTask } from "./keywords-worker";
import type { ClusterToLabel, Labeller, LabelUsage, ThemeJob } from "./labeller";

/** The label of one cluster, and where it came from. */
export interface ClusterLabel {
  readonly label: string;
  readonly description: string;
  readonly source: LabelSource;
  readonly model: string | null;
  /** Why the model failed, when it did: then the label is made of keywords. */
  readonly error: string | null;
  /** Not there for a label that is the value of a column. */
  readonly origin?: LabelOrigin | undefined;
}

/** What a theme is called, and where that came from. */
export interface ThemeLabel {
  readonly label: string;
  readonly source: "keywords" | "llm";
  readonly model: string | null;
  /** SHA-256 of the prompt, hexadecimal; null for keywords. */
  readonly promptHash: string | null;
}

/** Rows and their texts. */
export interface RowTexts {
  /** `ls_index` of each text. */
  readonly rows: readonly number[];
  readonly texts: readonly string[];
}

/** A cluster that is to be labelled: its rows and texts, the most central first. */
export interface Group extends RowTexts {
  readonly id: number;
  /** The name that it has of itself, or already where it is not wanted. */
  readonly name?: string | undefined;
  /** False for a cluster that is there only to tell the others from it. Default: true. */
  readonly wanted?: boolean;
}

/** Rows and their texts, those without left out. */
export function textsOf(texts: Texts, rows: ArrayLike<number>): RowTexts {
  const found: { rows: number[]; texts: string[] } = { rows: [], texts: [] };
  texts.at(rows).forEach((text, i) => {
    if (text === null) return;
    found.rows.push(rows[i]);
    found.texts.push(text);
  });
  return found;
}

/** What labels are made with, beside the texts. */
export interface LabellingOptions {
  readonly signal: AbortSignal | undefined;
  readonly onLabel?: (done: number) => void;
  /** Positions of groups that are named together. All groups are wanted then. */
  readonly themes?: readonly (readonly number[])[];
  /** Positions of the groups nearest to one, nearest first. Default: the others in their order. */
  readonly neighbours?: (position: number) => readonly number[];
  /** Labels of clusters that are none of the groups. */
  readonly taken?: readonly string[];
  /** File that keeps a model's answers as they come. */
  readonly answersFile?: string | undefined;
  readonly warn?: (message: string) => void;
  readonly note?: (note: string) => void;
}

/** Labels, and what they took. */
export interface LabelsMade {
  readonly made: ClusterLabel[];
  readonly themeLabels: ThemeLabel[];
  readonly usage: LabelUsage | undefined;
}

/** Names of other clusters that a labeller is told. */
export const NEIGHBOURS = 6;

/**
 * Labels of those clusters that are wanted, in their order. A model that fails for a cluster leaves it with its keywords and the reason.
 * @param background texts of no cluster
 * @param labeller null for keywords
 * @throws LatentScopeError `interrupted`, `worker-failed`, the labeller's
 */
export async function makeLabels(
  groups: readonly Group[],
  background: RowTexts,
  labeller: Labeller | null,
  how: LabellingOptions,
): Promise<LabelsMade> {
  const { signal, onLabel, themes = [] } = how;
  const task: KeywordsTask = { texts: groups.map(({ texts }) => texts), background: background.texts, themes };
  const file = workerFile(__dirname, "keywords-worker.js");
  const found = await runInWorker<KeywordsTask, KeywordsFound>(file, task, { what: "Labelling", signal });
  const wanted = [...groups.keys()].filter((i) => groups[i].wanted ?? true);
  const made = wanted.map((i): ClusterLabel => {
    const { name, rows } = groups[i];
    const { label, description, quoted } = found.labels[i];
    if (name !== undefined) return { label: name, description, source: "column", model: null, error: null };
    const origin = originOf(quoted.map((position) => rows[position]));
    return { label, description, source: "keywords", model: null, error: null, origin };
  });
  // a theme that no words tell from the others is called as its first cluster
  const themeLabels = themes.map(([first], i) => themeByKeywords(found.themes[i] ?? made[first].label));
  if (!labeller) {
    onLabel?.(made.length);
    return { made, themeLabels, usage: undefined };
  }
  const byKeywords = [...made];
  const { parameters, modelId } = labeller;
  const shown = await clustersToLabel(groups, wanted, found, labeller, how);
  const labelled = new Set<number>();
  const usage = await labeller.label(shown, {
    signal,
    taken: [...(how.taken ?? []), ...groups.flatMap(({ name, wanted = true }) => (wanted ? [] : (name ?? [])))],
    answersFile: how.answersFile,
    warn: how.warn ?? nobody,
    note: how.note ?? nobody,
    themes: themeJob(themes, groups, made, themeLabels, modelId),
    deliver(position, { label, description, rows, promptHash, tokens }) {
      const origin = originOf(rows ?? shown[position].rows, { parameters, promptHash, tokens });
      const byModel = { source: "llm", model: modelId, error: null, origin } as const;
      const words = byKeywords[position].description;
      made[position] = { label: cleanLabel(label), description: description ?? words, ...byModel };
      onLabel?.(labelled.add(position).size);
    },
    fail(position, reason) {
      made[position] = { ...byKeywords[position], error: reason.message };
      onLabel?.(labelled.add(position).size);
    },
  });
  return { made, themeLabels, usage };
}

const nobody = (): void => undefined;

function themeByKeywords(label: string): ThemeLabel {
  return { label, source: "keywords", model: null, promptHash: null };
}

/** Themes as a language model sees them: by what their clusters are called. A theme of one cluster is called as that is. */
function themeJob(
  themes: readonly (readonly number[])[],
  groups: readonly Group[],
  made: readonly ClusterLabel[],
  themeLabels: ThemeLabel[],
  model: string,
): ThemeJob {
  const several = [...themes.keys()].filter((theme) => themes[theme].length > 1);
  return {
    note: "naming themes",
    made() {
      themes.forEach((clusters, theme) => {
        const { label, source, origin } = made[clusters[0]];
        if (clusters.length === 1 && source === "llm")
          themeLabels[theme] = { label, source, model, promptHash: origin?.promptHash ?? null };
      });
      const names = themeLabels.map(({ label }) => label);
      return several.map((theme): ClusterToLabel => {
        const bySize = [...themes[theme]].sort((a, b) => groups[b].texts.length - groups[a].texts.length || a - b);
        return {
          ...{ id: theme, isTheme: true, rows: [], keywords: [] },
          size: bySize.reduce((sum, cluster) => sum + groups[cluster].texts.length, 0),
          // descriptions that no model has made quote texts
          texts: bySize.map((cluster) => {
            const { label, description, source } = made[cluster];
            return source === "llm" ? `${label}: ${description}` : label;
          }),
          keywordLabel: names[theme],
          neighbours: names.filter((_, other) => other !== theme),
        };
      });
    },
    deliver(position, { label, promptHash = null }) {
      themeLabels[several[position]] = { label: cleanLabel(label), source: "llm", model, promptHash };
    },
  };
}

/** The wanted groups as a labeller sees them. The event loop gets its turn after each, because texts may be long. */
async function clustersToLabel(
  groups: readonly Group[],
  wanted: readonly number[],
  found: KeywordsFound,
  { choose }: Labeller,
  { signal, neighbours = (position) => othersOf(groups, position) }: LabellingOptions,
): Promise<ClusterToLabel[]> {
  const clusters: ClusterToLabel[] = [];
  for (const i of wanted) {
    const { id, rows, texts } = groups[i];
    const { keywords, label } = found.labels[i];
    const chosen = choose(texts);
    clusters.push({
      ...{ id, size: texts.length, keywords, keywordLabel: label },
      texts: chosen.map((position) => texts[position]),
      rows: chosen.map((position) => rows[position]),
      neighbours: neighbours(i).map((other) => groups[other].name ?? found.labels[other].label),
    });
    await nextTurn();
    throwIfAborted(signal, "Labelling");
  }
  return clusters;
}

function othersOf(groups: readonly Group[], position: number): number[] {
  return [...groups.keys()].filter((other) => other !== position).slice(0, NEIGHBOURS);
}

function originOf(
  rows: readonly number[],
  {
    parameters = {},
    promptHash,
    tokens,
  }: {
    parameters?: LabelOrigin["parameters"];
    promptHash?: string | undefined;
    tokens?: number | undefined;
  } = {},
): LabelOrigin {
  return { time: new Date().toISOString(), rows, parameters, promptHash: promptHash ?? null, tokens: tokens ?? null };
}
