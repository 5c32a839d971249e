import { setMaxListeners } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { OpenAI } from "openai" with { "resolution-mode": "import" };
import { LatentScopeError, throwIfAborted } from "../../scope";
import { FailedTexts, type EmbeddingUsage, type EmbedJob } from "../embed/provider";
import { plural } from "../format";
import { connect } from "./client";
import { readEmbeddings, type EmbeddingsAnswer } from "./embeddings-answer";
import type { Caller } from "./endpoint";
import { RefusedInput, refusedFor } from "./faults";
import { Requests, TooSlow, type Timing } from "./requests";
import type { Spending } from "./spending";
import { beginning, cutToTokens, estimateTokens } from "./tokens";

/** How an endpoint is asked for vectors. */
export interface EmbedTextsOptions {
  /** As the endpoint knows it. */
  readonly model: string;
  readonly dimensions: number | undefined;
  /** Texts are cut there; undefined leaves it to the endpoint. */
  readonly maxTokens: number | undefined;
  /** Most texts of a request. */
  readonly batchSize: number;
  /** Requests at a time. */
  readonly concurrency: number;
}

/** Estimated tokens of one request: OpenAI takes 300,000, but servers of one's own are slower, and progress is told by requests. */
const REQUEST_TOKENS = 50_000;
/** Numbers that are read from one answer in some 25 ms, for which the kernel does nothing else. */
const NUMBERS_AT_ONCE = { base64: 1_000_000, float: 200_000 };
/** Requests don't get smaller than this for being slow, because what is slow may be the way there. */
const FEWEST_TEXTS_IF_SLOW = 16;
/** A text that is too long is cut to so much of it, again and again. */
const CUT_TO = 0.75;
const SHORTEST_CUT = 16;
/** Texts that are refused, after which no more of them are looked for. */
const MOST_REFUSED = 10;
/** When none was taken yet, it is not the texts. */
const MOST_REFUSED_AT_FIRST = 2;
/** Stands for a text of white space only where an endpoint does not take one: such a row is on no map, but its files are whole. */
const STAND_IN = ".";
/** Characters whose tokens are estimated before the event loop gets its turn. */
const CHARACTERS_PER_TURN = 500_000;

interface Item {
  readonly position: number;
  /** What is sent. */
  readonly text: string;
  readonly cut?: boolean;
}

/**
 * Embeds texts at an endpoint: a few requests at a time, each made when its turn comes. What fails for a time is repeated; a request that is
 * refused is halved until the texts are found that it was refused for.
 * @throws LatentScopeError `cost-limit`, `endpoint-refused`, `endpoint-unreachable`, `unknown-model`, `bad-vectors`, `embedding-failed`,
 * `interrupted`; FailedTexts when single texts were refused, after the other requests have been answered
 */
export async function embedTexts(
  texts: readonly string[],
  job: EmbedJob,
  caller: Caller,
  options: EmbedTextsOptions,
  spending: Spending,
  timing: Timing,
): Promise<EmbeddingUsage> {
  await checkCost(texts, job, options, spending);
  throwIfAborted(job.signal, caller.what);
  const client = await connect(caller.endpoint, timing.timeoutMs);
  return new TextsRun(texts, job, caller, options, spending, timing, client).embed();
}

async function checkCost(
  texts: readonly string[],
  { known, left, signal }: EmbedJob,
  { maxTokens = Infinity }: EmbedTextsOptions,
  spending: Spending,
): Promise<void> {
  if (spending.price === undefined) return;
  let [unknown, tokens, characters] = [0, 0, 0];
  for (const [position, text] of texts.entries()) {
    if (known(position)) continue;
    unknown++;
    tokens += Math.min(maxTokens, estimateTokens(text));
    characters += text.length;
    if (characters < CHARACTERS_PER_TURN) continue;
    characters = 0;
    await nextTurn();
    throwIfAborted(signal, "Embedding");
  }
  if (!unknown) return;
  const all = Math.max(unknown, left ?? unknown);
  spending.check(plural(all, "text"), Math.ceil((tokens / unknown) * all));
}

/** One call of {@link embedTexts}, and what it has learned about the endpoint. */
class TextsRun {
  private readonly signal: AbortSignal;
  private readonly halt = new AbortController();
  private readonly requests: Requests;
  private mostTexts: number;
  private encoding: "base64" | "float" = "base64";
  private dimensions: number | undefined;
  private tokens = 0;
  private cost: number | undefined;
  private accepted = 0;
  private cut = 0;
  /** True when no more requests are begun. */
  private over = false;
  private failure: Error | undefined;
  private readonly refused: number[] = [];
  private refusal: LatentScopeError | undefined;

  constructor(
    private readonly texts: readonly string[],
    private readonly job: EmbedJob,
    private readonly caller: Caller,
    private readonly options: EmbedTextsOptions,
    private readonly spending: Spending,
    private readonly timing: Timing,
    private readonly client: OpenAI,
  ) {
    const { batchSize, concurrency, dimensions } = options;
    this.signal = AbortSignal.any(job.signal ? [job.signal] : []);
    const halt = AbortSignal.any([this.signal, this.halt.signal]);
    // one listener for each request that waits is no leak
    setMaxListeners(0, this.signal, halt);
    this.requests = new Requests(caller, { concurrency, signal: this.signal, halt, note: job.note, timing });
    this.mostTexts = batchSize;
    this.dimensions = dimensions;
  }

  async embed(): Promise<EmbeddingUsage> {
    const batches = this.batches();
    await Promise.all(Array.from({ length: this.options.concurrency }, () => this.work(batches)));
    if (this.cut)
      this.job.warn(
        `${plural(this.cut, "text")} ${this.cut === 1 ? "was" : "were"} too long for "${this.caller.name}": their vectors are those of their beginnings.`,
      );
    throwIfAborted(this.signal, this.caller.what);
    if (this.failure) throw this.failure;
    if (this.refusal) throw new FailedTexts(this.refused, this.refusal);
    return { tokens: this.tokens, ...(this.cost === undefined ? {} : { cost: this.cost }) };
  }

  /** Takes one batch after the other, until there are no more or something failed. */
  private async work(batches: Iterator<Item[]>): Promise<void> {
    try {
      for (let next = batches.next(); !next.done && !this.over; next = batches.next()) await this.send(next.value);
    } catch (error) {
      // what others wait for would fail for the same reason
      this.failure ??= error as Error;
      this.over = true;
      this.halt.abort();
    }
  }

  /** The texts that are not known in their order, so many as fit a request; texts without letters by themselves, because endpoints refuse them. */
  private *batches(): Generator<Item[], undefined> {
    const blank: Item[] = [];
    let batch: Item[] = [];
    let tokens = 0;
    for (const [position, whole] of this.texts.entries()) {
      if (this.job.known(position)) continue;
      const { maxTokens } = this.options;
      const item = { position, text: maxTokens === undefined ? whole : cutToTokens(whole, maxTokens) };
      if (isBlank(item)) {
        blank.push(item);
        continue;
      }
      const more = estimateTokens(item.text);
      if (batch.length && (batch.length >= this.mostTexts || tokens + more > REQUEST_TOKENS)) {
        yield batch;
        [batch, tokens] = [[], 0];
      }
      batch.push(item);
      tokens += more;
    }
    if (batch.length) yield batch;
    for (const item of blank) yield [item];
  }

  private async send(items: Item[]): Promise<void> {
    // the limit may be lower than when they were put together
    if (items.length > this.mostTexts) return this.sendHalves(items);
    const { encoding } = this;
    let answer: EmbeddingsAnswer;
    try {
      answer = await this.requests.send((signal) => this.ask(items, encoding, signal), items.length > 1);
    } catch (error) {
      if (error instanceof RefusedInput) return this.sendOtherwise(items, encoding, error.message);
      if (!(error instanceof TooSlow)) throw error;
      this.mostTexts = Math.min(this.mostTexts, Math.ceil(items.length / 2));
      return this.sendHalves(items);
    }
    this.learnFrom(answer);
    await this.deliver(items, answer);
  }

  private async sendHalves(items: Item[]): Promise<void> {
    const middle = Math.ceil(items.length / 2);
    for (const half of [items.slice(0, middle), items.slice(middle)])
      if (!this.foundEnough() && !this.failure) await this.send(half);
  }

  private foundEnough(): boolean {
    return this.refused.length >= (this.accepted ? MOST_REFUSED : MOST_REFUSED_AT_FIRST);
  }

  private async ask(items: readonly Item[], encoding: "base64" | "float", signal: AbortSignal) {
    const sentAt = performance.now();
    const { model, dimensions } = this.options;
    const input = items.map(({ text }) => text);
    const request = this.client.embeddings.create(
      { model, input, encoding_format: encoding, ...(dimensions === undefined ? {} : { dimensions }) },
      { signal },
    );
    const body = await (await request.asResponse()).text();
    if (performance.now() - sentAt > this.timing.slowMs)
      this.mostTexts = Math.min(this.mostTexts, Math.max(FEWEST_TEXTS_IF_SLOW, Math.ceil(items.length / 2)));
    return readEmbeddings(body, { texts: items.length, dimensions: this.dimensions, name: this.caller.name });
  }

  private learnFrom({ dimensions, asNumbers }: EmbeddingsAnswer): void {
    this.dimensions = dimensions;
    const numbers = NUMBERS_AT_ONCE[asNumbers ? "float" : "base64"];
    this.mostTexts = Math.min(this.mostTexts, Math.max(1, Math.floor(numbers / dimensions)));
  }

  private async deliver(items: readonly Item[], { vectors, dimensions, bad, tokens }: EmbeddingsAnswer): Promise<void> {
    const used = tokens ?? items.reduce((sum, { text }) => sum + estimateTokens(text), 0);
    const cost = this.spending.add(used);
    this.tokens += used;
    if (cost !== undefined) this.cost = (this.cost ?? 0) + cost;
    const good = items.map((_, i) => i).filter((i) => !bad.has(i));
    this.cut += good.filter((i) => items[i].cut).length;
    this.accepted += good.length;
    if (good.length) {
      const flat = bad.size ? new Float32Array(good.length * dimensions) : vectors;
      if (bad.size)
        good.forEach((i, to) => flat.set(vectors.subarray(i * dimensions, (i + 1) * dimensions), to * dimensions));
      this.job.deliver(
        good.map((i) => items[i].position),
        flat,
      );
    }
    for (const [i, what] of bad) {
      if (isBlank(items[i])) await this.send([{ ...items[i], text: STAND_IN }]);
      else this.refuse(items[i], "bad-vectors", `The model "${this.caller.name}" returned ${what}.`);
    }
  }

  /** Finds out what a request was refused for: how vectors are asked for, the number of texts, the length of one, or its content. */
  private async sendOtherwise(items: Item[], encoding: "base64" | "float", message: string): Promise<void> {
    if (encoding === "base64" && /encoding_format/i.test(message)) {
      this.encoding = "float";
      return this.send(items);
    }
    const reason = refusedFor(message);
    if (items.length > 1) {
      if (reason === "count") this.mostTexts = Math.min(this.mostTexts, Math.ceil(items.length / 2));
      return this.sendHalves(items);
    }
    const [item] = items;
    if (isBlank(item)) return this.send([{ ...item, text: STAND_IN }]);
    const shorter = beginning(item.text, Math.floor(item.text.length * shareThatFits(message)));
    if (reason === "length" && shorter.length >= SHORTEST_CUT)
      return this.send([{ ...item, text: shorter, cut: true }]);
    const { endpoint, failure } = this.caller;
    this.refuse(item, failure, `The endpoint ${endpoint.name} does not take every text: ${message}`);
  }

  private refuse({ position }: Item, code: LatentScopeError["code"], message: string): void {
    this.over = true;
    this.refused.push(position);
    this.refusal ??= new LatentScopeError(code, /[.!?]$/.test(message) ? message : `${message}.`);
  }
}

function isBlank({ text }: Item): boolean {
  return !text.trim();
}

/**
 * How much of a text to keep that is too long. Many endpoints say both numbers: "maximum context length is 8192 tokens, however you requested
 * 10000 tokens". Only the text and the answer decide, so that a text is cut alike in every run.
 */
function shareThatFits(message: string): number {
  const [limit, given] = [...message.matchAll(/(\d+)(?= (?:input )?tokens)|(?<=given: )(\d+)/gi)].map(([n]) =>
    Number(n),
  );
  return given > limit && limit > 0 ? Math.min(CUT_TO, (limit / given) * 0.95) : CUT_TO;
}
