import path from "node:path";
import { labelModelOf, type LabelOptions } from "./index";
import { openaiLabeller } from "./openai";
import type { LabelEstimate, ToEstimate } from "./estimate";

/** How clusters would be labelled by a model. */
export interface LabelPreview {
  /** For people, and where the texts go: "openai:gpt-4o-mini at api.openai.com/v1". */
  readonly model: string;
  /** Number of clusters that all this is estimated for. */
  readonly clusters: number;
  /** True where the number of clusters is given, by `nClusters` or a column; else only clustering tells. */
  readonly clustersKnown: boolean;
  /** What is sent, for models at an endpoint; undefined for those on this machine, and for functions. */
  readonly sent: (LabelEstimate & { readonly to: string; readonly cost: number | undefined }) | undefined;
}

/**
 * What the labelling would send, before anything is. Labels that are the same are asked for again, and so are answers that are none: that comes on top.
 * @param options as checked
 * @returns undefined for keywords
 */
export function previewLabels(
  options: LabelOptions,
  texts: ToEstimate,
  clustersKnown: boolean,
): LabelPreview | undefined {
  const { kind, of } = labelModelOf(options);
  const { clusters } = texts;
  if (kind === "keywords") return undefined;
  if (kind === "openai") {
    const { title, estimate } = openaiLabeller(of, options);
    return { model: title, clusters, clustersKnown, sent: estimate?.(texts) };
  }
  const model = kind === "gguf" ? `gguf:${path.basename(of, ".gguf")}` : of;
  return { model, clusters, clustersKnown, sent: undefined };
}
