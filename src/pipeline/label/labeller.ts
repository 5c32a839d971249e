import type { LabelEstimate, ToEstimate } from "./estimate";

/** A cluster as a labelling model sees it. */
export interface ClusterToLabel {
  readonly id: number;
  /** Number of rows. */
  readonly size: number;
  /** Some texts, the most central first: at most `label.samples` of them. */
  readonly texts: readonly string[];
  /** `ls_index` of the rows that these texts are from. */
  readonly rows: readonly number[];
  /** Words and phrases that tell it from the others, best first. */
  readonly keywords: readonly string[];
  /** What it is called without a model. */
  readonly keywordLabel: string;
  /** What the clusters nearest to it are called, nearest first: without a model, or as they are where they are not labelled now. */
  readonly neighbours: readonly string[];
  /** True for a theme: its texts are what its clusters are called, each with its description, the largest first. */
  readonly isTheme?: boolean;
}

/** What a model says of a cluster. */
export interface ModelAnswer {
  readonly label: string;
  /** Left out, the cluster is described by its keywords and typical texts. */
  readonly description?: string;
  /** `ls_index` of the rows whose texts it was shown. Default: all that it was given. */
  readonly rows?: readonly number[];
  /** SHA-256 of the prompt with the model and its parameters, hexadecimal. */
  readonly promptHash?: string;
  /** Tokens of the prompt and the answer, all tries together. */
  readonly tokens?: number;
}

/** What a labeller is given beside the clusters. */
export interface LabelJob {
  readonly signal: AbortSignal | undefined;
  /** Labels of clusters that are not labelled now. */
  readonly taken: readonly string[];
  /** File that keeps answers as they come; undefined where none are kept. */
  readonly answersFile: string | undefined;
  /** Tells a person what they should know. */
  readonly warn: (message: string) => void;
  /** Says what goes on beside the count: "waiting for the endpoint". */
  readonly note: (note: string) => void;
  /** Takes the answer for a cluster, by its position in the list, in any order. The last one for a cluster counts. */
  readonly deliver: (position: number, answer: ModelAnswer) => void;
  /** Takes the reason why a cluster has no answer. */
  readonly fail: (position: number, reason: Error) => void;
  /** The themes of these clusters, which language models name when they have labelled the clusters; what they do not name keeps its keywords. */
  readonly themes?: ThemeJob | undefined;
}

/** Themes that are to be named. */
export interface ThemeJob {
  /** The themes, from the labels that their clusters have by now. */
  readonly made: () => readonly ClusterToLabel[];
  /** As for clusters. */
  readonly deliver: LabelJob["deliver"];
  /** Said when their naming begins. */
  readonly note: string;
}

/** What a labelling took, for the record. */
export interface LabelUsage {
  /** Prompts that were sent, answered or not, those aside that nobody was there to get. */
  readonly prompts: number;
  /** Texts in them. */
  readonly texts: number;
  readonly tokens: number;
  /** US dollars; undefined where the price is not known. */
  readonly cost: number | undefined;
}

/** A model that labels clusters. */
export interface Labeller {
  /** The model in files: "openai-gpt-4o-mini". */
  readonly modelId: string;
  /** For people, and where the texts go: "openai:gpt-4o-mini at api.openai.com/v1". */
  readonly title: string;
  /** Who gets the texts, "api.openai.com/v1"; undefined where they stay on this machine, or where that is not known. */
  readonly sendsTo?: string | undefined;
  /** What the labels depend on, beside the clusters: when it is the same, they are not made again. */
  readonly identity: Readonly<Record<string, unknown>>;
  /** What labels would take, for models at an endpoint. Nothing is sent. US dollars; undefined where the price is not known. */
  readonly estimate?: (texts: ToEstimate) => LabelEstimate & { readonly to: string; readonly cost: number | undefined };
  /** Most texts of each cluster that it is shown. */
  readonly samples: number;
  /** Positions of the texts that it is shown, of all texts of a cluster, the most central first. */
  readonly choose: (texts: readonly string[]) => readonly number[];
  /** Recorded with each label. */
  readonly parameters: Readonly<Record<string, string | number>>;
  /** True when labels that failed are asked for again by the next run. */
  readonly triesAgain: boolean;
  /**
   * Labels clusters; what cannot be labelled is told to the job.
   * @returns what it took, where that is known
   * @throws LatentScopeError `interrupted`, `cost-limit`, `data-dir-not-writable`
   */
  label(clusters: readonly ClusterToLabel[], job: LabelJob): Promise<LabelUsage | undefined>;
}
