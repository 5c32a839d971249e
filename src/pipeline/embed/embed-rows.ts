import { LatentScopeError } from "../../scope";
import { VectorCache } from "../../store";
import type { RunContext } from "../context";
import type { Ingested } from "../ingest";
import type { Vectors } from "../vectors";
import type { EmbeddingProvider } from "./provider";

/** The vectors of all rows, and what they took. */
export interface EmbeddedRows {
  readonly vectors: Vectors;
  /** Number of distinct texts. */
  readonly texts: number;
  /** Number of those that no run had embedded before. */
  readonly embedded: number;
}

/**
 * Embeds the rows of a table: each distinct text once, and none that the cache of the data folder knows. Every batch goes to the cache at
 * once, so that a run that ends in the middle loses none.
 */
export async function embedRows(
  data: Ingested,
  provider: EmbeddingProvider,
  prefix: string,
  context: RunContext,
): Promise<EmbeddedRows> {
  const { texts, rows } = distinctTexts(data.texts, prefix);
  const known = new Uint8Array(texts.length);
  let done = 0;
  let vectors: Vectors | undefined;
  const place = (position: number, vector: Float32Array): void => {
    vectors ??= emptyVectors(data.frame.height, vector.length);
    for (const row of rows[position]) vectors.values.set(vector, row * vectors.dimensions);
    known[position] = 1;
    done++;
  };
  const tell = (): void => context.progress("embed", done, texts.length, "texts", provider.name);

  tell();
  const cache = new VectorCache(data.dataset.dataDir, JSON.stringify(provider.identity));
  await cache.read(texts, provider.dimensions, place);
  const before = done;
  tell();
  if (done < texts.length)
    await embedUnknown(provider, cache, texts, known, context, (positions, batch) => {
      const dimensions = batch.length / positions.length;
      checkDimensions(provider, vectors?.dimensions, dimensions);
      for (let i = 0; i < positions.length; i++)
        place(positions[i], batch.subarray(i * dimensions, (i + 1) * dimensions));
      tell();
    });
  if (!vectors || done < texts.length)
    throw new LatentScopeError("bad-vectors", `The model "${provider.name}" left out ${texts.length - done} texts.`);
  return { vectors, texts: texts.length, embedded: texts.length - before };
}

/** The distinct texts in the order of their first rows, and the rows of each. Rows without text have a single space, as in Latent Scope. */
function distinctTexts(
  texts: readonly (string | null)[],
  prefix: string,
): { texts: string[]; rows: readonly number[][] } {
  const rowsOf = new Map<string, number[]>();
  texts.forEach((text, row) => {
    const key = prefix + (text ?? " ");
    const rows = rowsOf.get(key);
    if (rows) rows.push(row);
    else rowsOf.set(key, [row]);
  });
  return { texts: [...rowsOf.keys()], rows: [...rowsOf.values()] };
}

/** Embeds what is not known; each batch is given to `take` and appended to the cache. Ends when all of it is written. */
async function embedUnknown(
  provider: EmbeddingProvider,
  cache: VectorCache,
  texts: readonly string[],
  known: Uint8Array,
  context: RunContext,
  take: (positions: ArrayLike<number>, batch: Float32Array) => void,
): Promise<void> {
  // which batches are made must not depend on what comes in meanwhile
  const knownBefore = known.slice();
  const stop = new AbortController();
  const signal = context.signal ? AbortSignal.any([context.signal, stop.signal]) : stop.signal;
  let writing: Promise<unknown> = Promise.resolve();
  let writeFailure: Error | undefined;
  let over = false;
  try {
    await provider.embed(texts, {
      known: (position) => knownBefore[position] === 1,
      signal,
      deliver: (positions, batch) => {
        // a thread that was left behind may still finish its batch
        if (over) return;
        take(positions, batch);
        const of = Array.from(positions, (position) => texts[position]);
        writing = writing
          .then(() => cache.append(of, batch, batch.length / of.length))
          .catch((error: Error) => {
            writeFailure ??= error;
            stop.abort();
          });
      },
    });
  } catch (error) {
    throw writeFailure ?? error;
  } finally {
    over = true;
    await writing;
    await cache.close();
  }
  if (writeFailure) throw writeFailure;
}

function checkDimensions(provider: EmbeddingProvider, before: number | undefined, now: number): void {
  if (before !== undefined && before !== now)
    throw new LatentScopeError(
      "bad-vectors",
      `The model "${provider.name}" returned vectors of ${now} dimensions; earlier ones have ${before}. A model that has changed needs another id.`,
    );
}

function emptyVectors(rows: number, dimensions: number): Vectors {
  return { rows, dimensions, values: new Float32Array(new SharedArrayBuffer(rows * dimensions * 4)) };
}
