/** A cluster as a labelling model sees it. */
export interface ClusterToLabel {
  readonly id: number;
  /** Number of rows. */
  readonly size: number;
  /** Some texts, the most central first: `label.samples` of them. */
  readonly texts: readonly string[];
  /** `ls_index` of the rows that these texts are from. */
  readonly rows: readonly number[];
  /** Words and phrases that tell it from the others, best first. */
  readonly keywords: readonly string[];
}

/** What a model says of a cluster. */
export interface ModelAnswer {
  readonly label: string;
  /** Left out, the cluster is described by its keywords and typical texts. */
  readonly description?: string;
  /** SHA-256 of the prompt, hexadecimal. */
  readonly promptHash?: string;
  /** Tokens of the prompt and the answer, all tries together. */
  readonly tokens?: number;
}

/** What a labeller is given beside the clusters. */
export interface LabelJob {
  readonly signal: AbortSignal | undefined;
  /** Takes the answer for a cluster, by its position in the list: once for each, in any order. */
  readonly deliver: (position: number, answer: ModelAnswer) => void;
  /** Takes the reason why a cluster has no answer. */
  readonly fail: (position: number, reason: Error) => void;
}

/** A model that labels clusters. */
export interface Labeller {
  /** The model in files: "openai-gpt-4o-mini". */
  readonly modelId: string;
  /** What the labels depend on, beside the clusters: when it is the same, they are not made again. */
  readonly identity: Readonly<Record<string, unknown>>;
  /** Texts of each cluster that it is shown. */
  readonly samples: number;
  /** Recorded with each label. */
  readonly parameters: Readonly<Record<string, string | number>>;
  /**
   * Labels clusters; what cannot be labelled is told to the job.
   * @throws LatentScopeError `interrupted`, and what makes all further asking useless
   */
  label(clusters: readonly ClusterToLabel[], job: LabelJob): Promise<void>;
}
