import { LatentScopeError } from "../../scope";
import type { Vectors } from "../vectors";
import { normalise } from "./shared";

/**
 * The first numbers of each vector, brought to length 1.
 * @param name the model, for messages
 * @throws LatentScopeError `bad-option` when the vectors are shorter
 */
export function firstDimensions({ rows, dimensions, values }: Vectors, wanted: number, name: string): Vectors {
  if (wanted > dimensions)
    throw new LatentScopeError(
      "bad-option",
      `embed.dimensions is ${wanted}, but the vectors of "${name}" have only ${dimensions}.`,
    );
  if (wanted === dimensions) return { rows, dimensions, values };
  const first = new Float32Array(new SharedArrayBuffer(rows * wanted * 4));
  for (let row = 0; row < rows; row++) {
    const vector = first.subarray(row * wanted, (row + 1) * wanted);
    vector.set(values.subarray(row * dimensions, row * dimensions + wanted));
    normalise(vector);
  }
  return { rows, dimensions: wanted, values: first };
}
