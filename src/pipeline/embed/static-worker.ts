import { serveTask } from "../../compute/worker-task";
import { readStaticTable } from "./static-table";

export interface StaticTask {
  folder: string;
  texts: readonly string[];
  dimensions: number;
  maxTokens: number;
}

/** Vectors of the texts from position `from` on. */
export interface StaticPart {
  from: number;
  vectors: Float32Array;
}

const TEXTS_PER_PART = 512;

serveTask<StaticTask, null>(({ folder, texts, dimensions, maxTokens }, post) => {
  const table = readStaticTable(folder);
  for (let from = 0; from < texts.length; from += TEXTS_PER_PART) {
    const part = texts.slice(from, from + TEXTS_PER_PART);
    const vectors = new Float32Array(part.length * dimensions);
    part.forEach((text, i) => {
      table.embed(text, maxTokens, vectors.subarray(i * dimensions, (i + 1) * dimensions));
    });
    post({ from, vectors } satisfies StaticPart);
  }
  return null;
});
