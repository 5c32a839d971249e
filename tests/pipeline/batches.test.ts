import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BATCH_TEXTS, BATCH_TOKENS, makeBatches } from "../../src/pipeline/embed/encoder/batches";

const none = (): boolean => false;
const lists = (batches: ReturnType<typeof makeBatches>): number[][] =>
  Array.from({ length: batches.starts.length - 1 }, (_, i) => [
    ...batches.positions.subarray(batches.starts[i], batches.starts[i + 1]),
  ]);

describe("batches of texts", () => {
  it("hold every text once, within the limits, for any lengths", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 2, max: 600 }), { maxLength: 300 }), (lengths) => {
        const batches = lists(makeBatches(lengths, none));
        expect(batches.flat().sort((a, b) => a - b)).toEqual(lengths.map((_, i) => i));
        for (const batch of batches) {
          const longest = Math.max(...batch.map((i) => lengths[i]));
          expect(batch.length).toBeLessThanOrEqual(BATCH_TEXTS);
          if (batch.length > 1) expect(batch.length * longest).toBeLessThanOrEqual(BATCH_TOKENS);
        }
      }),
    );
  });

  it("of what is left are those that would have come anyway, without the known texts", () => {
    const lengths = Array.from({ length: 500 }, (_, i) => 5 + ((i * 37) % 90));
    const all = lists(makeBatches(lengths, none));
    const known = new Set(all.slice(0, 7).flat());
    expect(lists(makeBatches(lengths, (i) => known.has(i)))).toEqual(all.slice(7));
  });

  it("come in a mixed order, so that the rate on the way is that of the whole", () => {
    const lengths = Array.from({ length: 2000 }, (_, i) => 5 + (i % 100));
    const means = lists(makeBatches(lengths, none)).map(
      (batch) => batch.reduce((sum, i) => sum + lengths[i], 0) / batch.length,
    );
    const half = means.length / 2;
    const mean = (list: number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
    expect(mean(means.slice(0, half)) / mean(means.slice(half))).toBeCloseTo(1, 0);
  });
});
