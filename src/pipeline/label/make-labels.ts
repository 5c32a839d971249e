import { runInWorker, workerFile } from "../../compute/worker-task";
import { cleanLabel, type LabelOrigin, type LabelSource } from "../../scope";
import type { Texts } from "../ingest/texts";
import type { KeywordsFound, KeywordsTask } from "./keywords-worker";
import type { Labeller } from "./labeller";

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

/** Rows and their texts. */
export interface RowTexts {
  /** `ls_index` of each text. */
  readonly rows: readonly number[];
  readonly texts: readonly string[];
}

/** A cluster that is to be labelled: its rows and texts, the most central first. */
export interface Group extends RowTexts {
  readonly id: number;
  /** The name that it has of itself. */
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

/**
 * Labels of those clusters that are wanted, in their order. A model that fails for a cluster leaves it with its keywords and the reason.
 * @param background texts of no cluster
 * @param labeller null for keywords
 * @param how.themes positions of groups that are named together, by keywords
 * @throws LatentScopeError `interrupted`, `worker-failed`, the labeller's
 */
export async function makeLabels(
  groups: readonly Group[],
  background: RowTexts,
  labeller: Labeller | null,
  how: {
    signal: AbortSignal | undefined;
    onLabel?: (done: number) => void;
    themes?: readonly (readonly number[])[];
  },
): Promise<{ made: ClusterLabel[]; themeLabels: (string | null)[] }> {
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
  if (!labeller) {
    onLabel?.(made.length);
    return { made, themeLabels: found.themes };
  }
  const { samples, parameters, modelId } = labeller;
  const shown = wanted.map((i) => {
    const { id, rows, texts } = groups[i];
    const { keywords } = found.labels[i];
    return { id, size: texts.length, texts: texts.slice(0, samples), rows: rows.slice(0, samples), keywords };
  });
  let done = 0;
  await labeller.label(shown, {
    signal,
    deliver(position, { label, description, promptHash, tokens }) {
      const origin = originOf(shown[position].rows, { parameters, promptHash, tokens });
      const byModel = { source: "llm", model: modelId, error: null, origin } as const;
      const { description: byKeywords } = made[position];
      made[position] = { label: cleanLabel(label), description: description ?? byKeywords, ...byModel };
      onLabel?.(++done);
    },
    fail(position, reason) {
      made[position] = { ...made[position], error: reason.message };
      onLabel?.(++done);
    },
  });
  return { made, themeLabels: found.themes };
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
