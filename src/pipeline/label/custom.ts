import { createHash } from "node:crypto";
import { throwIfAborted } from "../../scope";
import { unlessAborted } from "../native-threads";
import type { ClusterToLabel, Labeller } from "./labeller";

/** A function that gives a cluster its label. */
export type LabelFunction = (
  cluster: ClusterToLabel,
  options: { signal: AbortSignal | undefined },
) => Promise<string> | string;

/** A function as a labelling model: one with the same source text is the same. It is called for one cluster after the other. */
export function functionLabeller(ask: LabelFunction, samples: number): Labeller {
  const modelId = `function-${ask.name || "anonymous"}`;
  return {
    modelId,
    title: modelId,
    identity: { source: createHash("sha256").update(String(ask)).digest("hex"), samples },
    samples,
    choose: (texts) => [...texts.slice(0, samples).keys()],
    parameters: { samples },
    triesAgain: false,
    async label(clusters, { signal, deliver, fail }) {
      for (const [position, cluster] of clusters.entries()) {
        throwIfAborted(signal, "Labelling");
        try {
          deliver(position, {
            label: await unlessAborted(Promise.resolve(ask(cluster, { signal })), signal, "Labelling"),
          });
        } catch (error) {
          throwIfAborted(signal, "Labelling");
          fail(position, error instanceof Error ? error : new Error(String(error)));
        }
      }
      return undefined;
    },
  };
}
