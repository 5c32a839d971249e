import { serveTask } from "../compute/worker-task";
import type { SimilarityTask } from "./search";

serveTask<SimilarityTask, Float32Array>(({ values, dimensions, query }) => {
  const norm = Math.hypot(...query) || 1;
  const similarities = new Float32Array(values.length / dimensions);
  for (let row = 0; row < similarities.length; row++) {
    let product = 0;
    let square = 0;
    for (let d = 0, i = row * dimensions; d < dimensions; d++, i++) {
      product += values[i] * query[d];
      square += values[i] * values[i];
    }
    similarities[row] = square > 0 ? product / (Math.sqrt(square) * norm) : 0;
  }
  return similarities;
});
