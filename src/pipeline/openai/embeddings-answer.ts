import { endianness } from "node:os";
import { LatentScopeError } from "../../scope";
import { excerpt, plural } from "../format";
import { BadAnswer } from "./faults";

/** The vectors of one request, in the order of its texts. */
export interface EmbeddingsAnswer {
  /** One after the other. */
  readonly vectors: Float32Array;
  readonly dimensions: number;
  /** Texts whose vectors are not numbers throughout, by their place, with what was there. */
  readonly bad: ReadonlyMap<number, string>;
  /** Tokens of the texts; undefined when the endpoint does not count them. */
  readonly tokens: number | undefined;
  /** True when vectors came as lists of numbers: they take some eight times as long to read as base64. */
  readonly asNumbers: boolean;
}

/**
 * Reads the body of an answer of /embeddings.
 * @param texts how many were sent
 * @param dimensions that the vectors must have, where that is known
 * @param name the model, for messages
 * @throws BadAnswer when it is no JSON; LatentScopeError `bad-vectors`
 */
export function readEmbeddings(
  body: string,
  { texts, dimensions, name }: { texts: number; dimensions: number | undefined; name: string },
): EmbeddingsAnswer {
  const fail = (what: string): LatentScopeError =>
    new LatentScopeError("bad-vectors", `The model "${name}" returned ${what}.`);
  const { data, usage } = parse(body);
  if (!Array.isArray(data)) throw fail("no list of vectors");
  if (data.length !== texts) throw fail(`${plural(data.length, "vector")} for ${plural(texts, "text")}`);
  const items = inOrder(data as Item[]);
  if (!items) throw fail("vectors whose places (index) are not those of the texts");

  let vectors: Float32Array | undefined;
  let length = dimensions ?? 0;
  let asNumbers = false;
  const bad = new Map<number, string>();
  items.forEach(({ embedding }, i) => {
    const values = typeof embedding === "string" ? fromBase64(embedding) : embedding;
    if (!values?.length || !(Array.isArray(values) || ArrayBuffer.isView(values))) throw fail("an empty vector");
    if (Array.isArray(values)) asNumbers = true;
    if (length && values.length !== length)
      throw fail(
        `vectors of ${values.length} dimensions` +
          (length === dimensions ? `, but ${length} were wanted` : ` and of ${length} in one answer`),
      );
    length = values.length;
    vectors ??= new Float32Array(texts * length);
    for (let d = 0; d < length; d++) {
      const value: unknown = values[d];
      vectors[i * length + d] = value as number;
      // also a number that is too large for 32 bits
      if (typeof value !== "number" || !Number.isFinite(vectors[i * length + d]))
        bad.set(i, `${String(value)} at place ${d} of a vector`);
    }
  });
  const tokens = usage?.prompt_tokens || usage?.total_tokens;
  return {
    vectors: vectors ?? new Float32Array(0),
    dimensions: length,
    bad,
    tokens: typeof tokens === "number" && tokens > 0 ? tokens : undefined,
    asNumbers,
  };
}

interface Item {
  readonly index?: unknown;
  readonly embedding?: string | readonly unknown[];
}

interface Body {
  readonly data?: unknown;
  readonly usage?: { readonly prompt_tokens?: unknown; readonly total_tokens?: unknown };
}

const QUOTED = 80;

function parse(body: string): Body {
  if (!body.trim()) throw new BadAnswer("sent an empty answer");
  try {
    return (JSON.parse(body) ?? {}) as Body;
  } catch {
    const what = /^\s*<(!doctype|html)/i.test(body) ? "a page of HTML" : "no JSON, or a part of it";
    throw new BadAnswer(`sent ${what} instead of vectors: ${excerpt(body.slice(0, 4 * QUOTED), QUOTED)}`);
  }
}

/** The items by their index, where they have one; undefined when these are not 0, 1, 2, … */
function inOrder(items: readonly Item[]): readonly Item[] | undefined {
  if (items.every((item) => item?.index === undefined)) return items.map((item) => item ?? {});
  const ordered = new Array<Item | undefined>(items.length).fill(undefined);
  for (const item of items) if (typeof item?.index === "number") ordered[item.index] = item;
  return ordered.length === items.length && ordered.every((item) => item !== undefined) ? ordered : undefined;
}

/** Little-endian float32. */
function fromBase64(text: string): Float32Array {
  const bytes = Buffer.from(text, "base64");
  if (bytes.length % 4) return new Float32Array(0);
  if (endianness() === "BE") bytes.swap32();
  // a copy, because a view needs aligned bytes
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}
