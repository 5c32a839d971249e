import { LatentScopeError } from "../../scope";
import { textHash, VectorCache } from "../../store";
import type { RunContext } from "../context";
import { count, plural } from "../format";
import type { Ingested } from "../ingest";
import type { Texts } from "../ingest/texts";
import type { Vectors } from "../vectors";
import { FailedTexts, type EmbeddingProvider, type EmbeddingUsage } from "./provider";

/** The vectors of all rows, and what they took. */
export interface EmbeddedRows {
  readonly vectors: Vectors;
  /** Number of distinct texts. */
  readonly texts: number;
  /** Number of those that no run had embedded before. */
  readonly embedded: number;
  readonly usage: EmbeddingUsage;
}

/** Rows whose texts are strings, tokens and batches at one time: so much of a long table is in memory besides its vectors. */
const ROWS_AT_ONCE = 50_000;

/**
 * Embeds the rows of a table: each distinct text once, and none that the cache of the data folder knows. Every batch goes to the cache at
 * once, so that a run that ends in the middle loses none.
 * @throws LatentScopeError `embedding-failed` and others of the model, with the rows it did not take
 */
export async function embedRows(
  data: Ingested,
  provider: EmbeddingProvider,
  context: RunContext,
): Promise<EmbeddedRows> {
  const distinct = await distinctTexts(data.texts, provider.prompts.text);
  const { firstRows, textOfRow } = distinct;
  const known = new Uint8Array(firstRows.length);
  let done = 0;
  let vectors: Vectors | undefined;
  const place = (text: number, vector: Float32Array): void => {
    vectors ??= emptyVectors(data.frame.height, vector.length);
    vectors.values.set(vector, firstRows[text] * vectors.dimensions);
    known[text] = 1;
    done++;
  };
  const tell = (note = provider.name): void => context.progress("embed", done, firstRows.length, "texts", note);

  tell();
  const cache = new VectorCache(data.dataset.dataDir, JSON.stringify(provider.identity));
  await cache.read(distinct.hashes, provider.dimensions, place);
  const before = done;
  tell();
  const usage: { tokens?: number; cost?: number } = {};
  const writer = new CacheWriter(cache);
  try {
    for (let from = 0; from < data.texts.length; from += ROWS_AT_ONCE) {
      const part = partOf(distinct, data.texts, provider.prompts.text, from, known);
      if (!part) continue;
      const { tokens, cost } = await embedPart(part, provider, writer, context, {
        note: tell,
        take(positions, batch) {
          const dimensions = batch.length / positions.length;
          checkDimensions(provider, vectors?.dimensions, dimensions);
          for (let i = 0; i < positions.length; i++)
            place(part.of[positions[i]], batch.subarray(i * dimensions, (i + 1) * dimensions));
          tell();
        },
        rowOf: (position) => firstRows[part.of[position]],
        left: firstRows.length - done,
      });
      if (tokens !== undefined) usage.tokens = (usage.tokens ?? 0) + tokens;
      if (cost !== undefined) usage.cost = (usage.cost ?? 0) + cost;
    }
  } finally {
    await writer.close();
  }
  if (!vectors || done < firstRows.length)
    throw new LatentScopeError(
      "bad-vectors",
      `The model "${provider.name}" left out ${firstRows.length - done} texts.`,
    );
  const { values, dimensions } = vectors;
  textOfRow.forEach((text, row) => {
    const first = firstRows[text];
    if (first !== row) values.copyWithin(row * dimensions, first * dimensions, (first + 1) * dimensions);
  });
  return { vectors, texts: firstRows.length, embedded: firstRows.length - before, usage };
}

interface Distinct {
  /** The first row of each distinct text, in the order of these rows. */
  readonly firstRows: readonly number[];
  /** Which text each row has. */
  readonly textOfRow: Int32Array;
  /** The hash of each text with its prompt, to the text. */
  readonly hashes: Map<string, number>;
}

/** Tells equal texts. Rows without text have a single space, as in Latent Scope. */
export async function distinctTexts(texts: Texts, prompt: string): Promise<Distinct> {
  const hashes = new Map<string, number>();
  const firstRows: number[] = [];
  const textOfRow = new Int32Array(texts.length);
  for await (const part of texts.parts())
    for (const [i, text] of part.texts.entries()) {
      const hash = textHash(prompt + (text ?? " "));
      let known = hashes.get(hash);
      if (known === undefined) {
        hashes.set(hash, (known = firstRows.length));
        firstRows.push(part.from + i);
      }
      textOfRow[part.from + i] = known;
    }
  return { firstRows, textOfRow, hashes };
}

/** Distinct texts whose first rows are near each other. */
interface Part {
  /** With their prompt. */
  readonly texts: readonly string[];
  /** Their numbers among all distinct texts. */
  readonly of: readonly number[];
  /** 1 for those that are known. */
  readonly known: Uint8Array;
}

/** The texts of some rows; undefined when all of them are known. */
function partOf(
  { firstRows, textOfRow }: Distinct,
  texts: Texts,
  prompt: string,
  from: number,
  known: Uint8Array,
): Part | undefined {
  const of: number[] = [];
  const end = Math.min(from + ROWS_AT_ONCE, texts.length);
  for (let row = from; row < end; row++) if (firstRows[textOfRow[row]] === row) of.push(textOfRow[row]);
  // which batches are made must not depend on what comes in meanwhile
  const knownBefore = Uint8Array.from(of, (text) => known[text]);
  if (knownBefore.every(Boolean)) return undefined;
  const rows = texts.slice(from, ROWS_AT_ONCE);
  return { texts: of.map((text) => prompt + (rows[firstRows[text] - from] ?? " ")), of, known: knownBefore };
}

interface PartHooks {
  readonly note: (note: string) => void;
  readonly take: (positions: ArrayLike<number>, batch: Float32Array) => void;
  readonly rowOf: (position: number) => number;
  /** Texts that are not known yet, those of later parts included. */
  readonly left: number;
}

/** Embeds what is not known of some texts; each batch is taken, and goes to the cache. Ends when all of it is written. */
async function embedPart(
  { texts, known }: Part,
  provider: EmbeddingProvider,
  writer: CacheWriter,
  context: RunContext,
  { note, take, rowOf, left }: PartHooks,
): Promise<EmbeddingUsage> {
  let over = false;
  try {
    const usage = await provider.embed(texts, {
      known: (position) => known[position] === 1,
      left,
      signal: context.signal ? AbortSignal.any([context.signal, writer.failed]) : writer.failed,
      warn: (message) => context.warn(message),
      note,
      deliver: (positions, batch) => {
        // a thread that was left behind may still finish its batch
        if (over) return;
        take(positions, batch);
        writer.append(
          Array.from(positions, (position) => texts[position]),
          batch,
        );
      },
    });
    return usage ?? {};
  } catch (error) {
    throw writer.failure ?? (error instanceof FailedTexts ? withRows(error, rowOf) : error);
  } finally {
    over = true;
    await writer.flush();
  }
}

/** What went wrong, with the rows of the table. */
function withRows({ positions, reason }: FailedTexts, rowOf: (position: number) => number): LatentScopeError {
  const rows = positions.map(rowOf).sort((a, b) => a - b);
  const named = rows.slice(0, 5).map(count).join(", ");
  const more = rows.length > 5 ? ` and ${plural(rows.length - 5, "more row")}` : "";
  return new LatentScopeError(
    reason.code,
    `${reason.message} It concerns row${rows.length === 1 ? "" : "s"} ${named}${more}. What was embedded is kept: run the same again to go on from there.`,
    { cause: reason },
  );
}

/** Appends batches to a cache, one after the other, while embedding goes on. */
class CacheWriter {
  /** What made it fail first. */
  failure: Error | undefined;
  private readonly stop = new AbortController();
  private writing: Promise<unknown> = Promise.resolve();

  constructor(private readonly cache: VectorCache) {}

  /** Aborted when writing failed. */
  get failed(): AbortSignal {
    return this.stop.signal;
  }

  append(texts: readonly string[], batch: Float32Array): void {
    this.writing = this.writing
      .then(() => this.cache.append(texts, batch, batch.length / texts.length))
      .catch((error: Error) => {
        this.failure ??= error;
        this.stop.abort();
      });
  }

  /** Waits until all is written. @throws LatentScopeError `data-dir-not-writable` */
  async flush(): Promise<void> {
    await this.writing;
    if (this.failure) throw this.failure;
  }

  async close(): Promise<void> {
    await this.writing;
    await this.cache.close();
  }
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
