import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import { describe, expect, it, vi } from "vitest";
import type { EmbedOptions, RunHooks, RunResult } from "../../src/pipeline";
import { openaiModel } from "../../src/pipeline/embed/openai";
import { FailedTexts, type EmbedJob } from "../../src/pipeline/embed/provider";
import { estimateTokens } from "../../src/pipeline/openai/tokens";
import { LatentScopeError } from "../../src/scope";
import { base64, EmbeddingsEndpoint, tokensOf, wordVector, type Misbehaviour } from "../support/embeddings-endpoint";
import { serveEachTest } from "../support/serve-each-test";
import { newDataDir, quickRun, recorded, sentences, vectorsOf } from "./support";

const KEY = "sk-proj-Zq7RtW93LmXc51VbNpAs";
const rows = sentences.map((text) => ({ text }));
/** Short enough for a test that waits several times. */
const TIMING = { timeoutMs: 60_000, backoffMs: 10, slowMs: 60_000 };

let endpoint: EmbeddingsEndpoint;
serveEachTest(
  () => EmbeddingsEndpoint.start(),
  (started) => (endpoint = started),
);

const options = (more: EmbedOptions = {}): EmbedOptions => ({
  model: "openai:words",
  baseURL: endpoint.url,
  apiKey: KEY,
  ...more,
});

function run(dataDir: string, more: EmbedOptions = {}, hooks: RunHooks = {}, table = rows): Promise<RunResult> {
  return quickRun(table, dataDir, { embed: options(more) }, hooks);
}

interface Embedded {
  vectors: (Float32Array | undefined)[];
  notes: string[];
  warnings: string[];
  usage: { tokens?: number; cost?: number } | undefined;
  error: unknown;
}

/** Embeds texts without a pipeline; an error is part of the result. */
async function embed(
  texts: readonly string[],
  more: EmbedOptions = {},
  job: Partial<EmbedJob> = {},
  timing = TIMING,
): Promise<Embedded> {
  const provider = openaiModel({ of: "words", options: options(more) }, timing);
  const result: Embedded = {
    vectors: new Array<undefined>(texts.length).fill(undefined),
    notes: [],
    warnings: [],
    usage: undefined,
    error: undefined,
  };
  await provider
    .embed(texts, {
      known: () => false,
      warn: (message) => result.warnings.push(message),
      note: (note) => result.notes.push(note),
      deliver: (positions, batch) => {
        const dimensions = batch.length / positions.length;
        for (let i = 0; i < positions.length; i++) {
          expect(result.vectors[positions[i]]).toBeUndefined();
          result.vectors[positions[i]] = batch.slice(i * dimensions, (i + 1) * dimensions);
        }
      },
      ...job,
    })
    .then(
      (usage) => (result.usage = usage),
      (error: unknown) => (result.error = error),
    );
  return result;
}

const expected = (texts: readonly string[], dimensions = 32): Float32Array[] =>
  texts.map((text) => wordVector(text, dimensions));

const failure = (status: number, message: string, more: object = {}): Misbehaviour => ({
  status,
  body: { error: { message, type: "invalid_request_error", ...more } },
});

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

const errorOf = (work: Promise<unknown>): Promise<LatentScopeError> =>
  work.then(
    () => expect.unreachable("no error"),
    (error: unknown) => {
      expect(error).toBeInstanceOf(LatentScopeError);
      return error as LatentScopeError;
    },
  );

describe("a run with a model behind the OpenAI API", () => {
  it("sends each text once, in requests of the given size, and never again", async () => {
    const dataDir = newDataDir();
    const result = await run(dataDir, { batchSize: 40 }, {}, [...rows, rows[3]]);
    expect(endpoint.requests.map(({ texts }) => texts.length)).toEqual([40, 40, 40, 30]);
    expect(endpoint.texts).toEqual(sentences);
    expect(endpoint.requests[0].path).toBe("/v1/embeddings");
    expect(await vectorsOf(result)).toEqual(expected([...sentences, sentences[3]]));
    expect(result.dataset.path("embeddings")).toContain(dataDir);
    const tokens = sentences.reduce((sum, text) => sum + tokensOf(text), 0);
    expect(await recorded(result.dataset, "embeddings/embedding-001.json")).toMatchObject({
      model: { model: "openai:words", endpoint: `${endpoint.host}/v1` },
      tokens,
      embedded_texts: 150,
    });
    expect(result.steps.find(({ step }) => step === "embed")?.summary).toContain("tokens");

    await run(dataDir, { batchSize: 7, concurrency: 1 });
    await quickRun(rows, dataDir, { name: "again", embed: options() });
    expect(endpoint.requests).toHaveLength(4);
  });

  it("writes the key nowhere, and names the model as Latent Scope does", async () => {
    const dataDir = newDataDir();
    const result = await run(dataDir, { model: "openai:org/words" });
    const json = readFileSync(result.dataset.path("embeddings/embedding-001.json"), "utf8");
    expect(json).toContain('"openai-org___words"');
    const files = filesIn(dataDir);
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) expect(readFileSync(file).includes(KEY.slice(8)), file).toBe(false);
    expect(endpoint.requests[0].headers.authorization).toBe(`Bearer ${KEY}`);
    expect(inspect(result.metadata, { depth: 20 })).not.toContain(KEY.slice(8));
  });

  it("that failed goes on where it was", async () => {
    const dataDir = newDataDir();
    endpoint.script = ({ number }) => (number === 2 ? failure(401, "revoked") : undefined);
    await expect(run(dataDir, { batchSize: 30, concurrency: 1 })).rejects.toMatchObject({ code: "endpoint-refused" });
    const before = endpoint.requests.slice(0, 2).flatMap(({ texts }) => texts);
    expect(endpoint.requests).toHaveLength(3);
    endpoint.requests.length = 0;
    endpoint.script = () => undefined;
    const result = await run(dataDir, { batchSize: 30 });
    expect(endpoint.texts).toEqual(sentences.slice(before.length));
    expect(await vectorsOf(result)).toEqual(expected(sentences));
  });

  it("that is interrupted gives its requests up at once, and goes on later", async () => {
    const dataDir = newDataDir();
    const controller = new AbortController();
    endpoint.script = ({ number }) => {
      if (number < 2) return undefined;
      if (number === 3) setImmediate(() => controller.abort());
      return { hang: true };
    };
    const error = await errorOf(run(dataDir, { batchSize: 30, concurrency: 2 }, { signal: controller.signal }));
    expect(error.code).toBe("interrupted");
    await expect.poll(() => endpoint.abandoned).toBe(2);
    endpoint.requests.length = 0;
    endpoint.script = () => undefined;
    await run(dataDir, { batchSize: 30 });
    expect(endpoint.texts).toEqual(sentences.slice(60));
  });

  it("puts the prefix before texts, and knows the one of queries", async () => {
    await run(newDataDir(), { prefix: "passage: ", queryPrefix: "query: " });
    expect(new Set(endpoint.texts)).toEqual(new Set(sentences.map((text) => `passage: ${text}`)));
    const provider = openaiModel({ of: "words", options: options({ queryPrefix: "query: " }) });
    expect(provider.prompts).toEqual({ text: "", query: "query: " });
  });

  it("asks for the dimensions, and keeps vectors of other dimensions apart", async () => {
    const dataDir = newDataDir();
    const result = await run(dataDir, { dimensions: 16 });
    expect(endpoint.requests[0].dimensions).toBe(16);
    expect(await vectorsOf(result)).toEqual(expected(sentences).map((vector) => vector.slice(0, 16)));
    const whole = await run(dataDir);
    expect((await vectorsOf(whole, "embedding-002"))[0]).toHaveLength(32);
  });

  it("is not stopped by rows without text, even where these are refused", async () => {
    endpoint.script = ({ texts }) =>
      texts.some((text) => !text.trim()) ? failure(400, "input must not be empty") : undefined;
    const table = [...rows.slice(0, 60), { text: null as unknown as string }, { text: "\n " }];
    const result = await run(newDataDir(), {}, {}, table);
    expect(endpoint.requests[0].texts).toEqual(sentences.slice(0, 60));
    expect((await vectorsOf(result))[60]).toEqual(wordVector(".", 32));
    expect(result.saved.assignment[60]).toBe(-1);
  });
});

describe("requests", () => {
  it("have no more texts than fit the tokens of one, and are made when their turn comes", async () => {
    const texts = Array.from({ length: 20 }, (_, i) => `${i} ${"lorem ipsum dolor ".repeat(2500)}`);
    let asked = 0;
    const askedAt: number[] = [];
    endpoint.script = () => void askedAt.push(asked);
    const { vectors } = await embed(texts, { concurrency: 1 }, { known: () => ++asked === 0 });
    expect(vectors).toEqual(expected(texts));
    expect(endpoint.requests.length).toBeGreaterThan(4);
    for (const { texts: sent } of endpoint.requests)
      expect(sent.reduce((sum, text) => sum + estimateTokens(text), 0)).toBeLessThanOrEqual(50_000);
    expect(askedAt[0]).toBeLessThan(10);
  });

  it("are sent so many at a time, and not more", async () => {
    let release = (): void => undefined;
    const three = new Promise<void>((resolve) => (release = resolve));
    endpoint.script = async ({ number }) => {
      if (number === 2) release();
      await three;
    };
    const { vectors } = await embed(sentences, { batchSize: 5, concurrency: 3 });
    expect(vectors).toEqual(expected(sentences));
    expect(endpoint.mostInFlight).toBe(3);
  });

  it("get smaller when the vectors come as long lists of numbers, which take long to read", async () => {
    endpoint.dimensions = 4000;
    endpoint.script = () => ({
      edit: (answer) => ({
        ...answer,
        data: answer.data.map((item) => ({ ...item, embedding: numbersOf(item.embedding as string) })),
      }),
    });
    const texts = Array.from({ length: 250 }, (_, i) => `text ${i}`);
    const { vectors } = await embed(texts, { batchSize: 100, concurrency: 1 });
    expect(vectors.every((vector, i) => vector?.[0] === wordVector(texts[i], 4000)[0])).toBe(true);
    expect(endpoint.requests.map(({ texts: sent }) => sent.length)).toEqual([100, 50, 50, 50]);
  });

  it("leave out what is known", async () => {
    const { vectors } = await embed(sentences, {}, { known: (position) => position % 2 === 0 });
    expect(endpoint.texts).toEqual(sentences.filter((_, i) => i % 2));
    expect(vectors[0]).toBeUndefined();
  });

  it("have texts that are cut to the given length, which makes another model of it", async () => {
    const long = sentences.slice(0, 10).join(" ");
    await embed([long, "short"], { maxTokens: 20 });
    const [cut, short] = endpoint.texts;
    expect(long.startsWith(cut)).toBe(true);
    expect(estimateTokens(cut)).toBeLessThanOrEqual(20);
    expect(cut.length).toBeGreaterThan(30);
    expect(short).toBe("short");
    const identity = (more: EmbedOptions) => openaiModel({ of: "words", options: options(more) }).identity;
    expect(identity({ maxTokens: 20 })).not.toEqual(identity({}));
  });
});

describe("an endpoint that fails for a time", () => {
  it.each<[string, Misbehaviour]>([
    ["500", failure(500, "oops")],
    ["502 with a page", { status: 502, body: "<html>Bad gateway</html>" }],
    ["503", failure(503, "loading model")],
    ["408", failure(408, "timeout")],
    ["409", failure(409, "conflict")],
    ["429 without a time", failure(429, "slow down")],
    ["a connection that breaks off", { breakOff: true }],
    ["a page of HTML", { body: "<!DOCTYPE html><title>Sign in</title>" }],
    ["an empty answer", { body: "" }],
    ["half an answer", { body: '{"object":"list","data":[{"index":0,"emb' }],
  ])("(%s) is asked again, and nothing is lost or sent twice", async (_, misbehaviour) => {
    endpoint.script = ({ number }) => (number === 1 ? misbehaviour : undefined);
    const { vectors, error } = await embed(sentences, { batchSize: 50, concurrency: 2 });
    expect(error).toBeUndefined();
    expect(vectors).toEqual(expected(sentences));
    expect(endpoint.requests).toHaveLength(4);
  });

  it.each<[string, number, () => Record<string, string>]>([
    ["milliseconds", 150, () => ({ "retry-after-ms": "150" })],
    ["seconds", 1000, () => ({ "retry-after": "1" })],
    ["a date", 900, () => ({ "retry-after": new Date(Date.now() + 1900).toUTCString() })],
  ])("and says when to come back in %s is left alone by all until then; then fewer ask", async (_, waitMs, headers) => {
    let release = (): void => undefined;
    const three = new Promise<void>((resolve) => (release = resolve));
    let answeredAt = 0;
    endpoint.script = async ({ number }) => {
      if (number === 2) release();
      // time for another request to come, which it must not
      if (number === 3) await sleep(100);
      if (number > 2) return undefined;
      await three;
      answeredAt = performance.now();
      return { ...failure(429, "rate limit"), headers: headers() };
    };
    const { vectors, notes } = await embed(sentences, { batchSize: 20, concurrency: 3 });
    expect(vectors).toEqual(expected(sentences));
    const [first, second] = endpoint.requests.slice(3);
    // a timer may be a millisecond early
    expect(first.at - answeredAt).toBeGreaterThan(waitMs - 10);
    expect([first.inFlight, second.inFlight]).toEqual([1, 1]);
    expect(notes).toContainEqual(expect.stringMatching(/^waiting [12] s for the endpoint \(rate limit\)$/));
  });

  it("by refusing is asked as long as others get through", async () => {
    // the first request is refused until all others have been answered
    endpoint.script = ({ texts }) =>
      texts[0] === sentences[0] && new Set(endpoint.texts).size < sentences.length
        ? { ...failure(429, "rate limit"), headers: { "retry-after-ms": "1" } }
        : undefined;
    const { vectors, error } = await embed(sentences, { batchSize: 5, concurrency: 2 });
    expect(error).toBeUndefined();
    expect(vectors).toEqual(expected(sentences));
    expect(endpoint.texts.filter((text) => text === sentences[0]).length).toBeGreaterThan(6);
  });

  it("by not answering gets smaller requests", async () => {
    endpoint.script = ({ texts }) => (texts.length > 20 ? { hang: true } : undefined);
    const { vectors, error } = await embed(
      sentences,
      { batchSize: 75, concurrency: 1 },
      {},
      { ...TIMING, timeoutMs: 1000 },
    );
    expect(error).toBeUndefined();
    expect(vectors).toEqual(expected(sentences));
    expect(endpoint.requests.slice(2).every(({ texts }) => texts.length <= 20)).toBe(true);
  });

  it("by being slow gets smaller requests, but not smaller and smaller", async () => {
    const { vectors } = await embed(sentences, { batchSize: 60, concurrency: 1 }, {}, { ...TIMING, slowMs: 0 });
    expect(vectors).toEqual(expected(sentences));
    expect(endpoint.requests.map(({ texts }) => texts.length)).toEqual([60, 30, 16, 16, 16, 12]);
  });
});

describe("an endpoint that goes on failing", () => {
  const always = (misbehaviour: Misbehaviour): void => {
    endpoint.script = () => ({ ...misbehaviour, headers: { "retry-after-ms": "1" } });
  };

  it.each<[string, Misbehaviour, string, RegExp]>([
    ["500", failure(500, `bad key ${KEY}`), "embedding-failed", /failed several times.*500 bad key \[key\]/],
    ["429", failure(429, "too fast"), "endpoint-refused", /limits the rate/],
    ["a page of HTML", { body: `<html>${KEY}` }, "embedding-failed", /page of HTML instead of vectors/],
    ["a broken connection", { breakOff: true }, "endpoint-unreachable", /broke off/],
  ])("(%s) is asked six times, and then told", async (_, misbehaviour, code, message) => {
    always(misbehaviour);
    const { error } = await embed(["a"], {}, {}, { ...TIMING, backoffMs: 1 });
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) as string });
    expect((error as Error).message).toContain(endpoint.host);
    expect((error as Error).message).not.toContain(KEY.slice(8));
    expect(endpoint.requests).toHaveLength(6);
  });

  it("and asks for hours of patience gets none", async () => {
    endpoint.script = () => ({ ...failure(429, "daily limit"), headers: { "retry-after": "7200" } });
    const { error } = await embed(["a"]);
    expect(error).toMatchObject({
      code: "endpoint-refused",
      message: expect.stringMatching(/daily limit.*7,200 s/) as string,
    });
    expect(endpoint.requests).toHaveLength(1);
  });

  it.each([
    ["that is not there", freeUrl, /127\.0\.0\.1:\d+\/v1 cannot be reached: nothing listens/],
    [
      "without a name",
      () => Promise.resolve("http://nowhere.invalid/v1"),
      /nowhere\.invalid\/v1 cannot be reached: its name/,
    ],
    ["that knows no TLS", () => Promise.resolve(endpoint.url.replace("http", "https")), /no secure connection/],
  ])("(one %s) is named with a remedy", async (_, url, message) => {
    const { error } = await embed(["a"], { baseURL: await url() });
    expect(error).toMatchObject({
      code: "endpoint-unreachable",
      message: expect.stringMatching(message) as string,
    });
    expect((error as Error).message).toContain("embed.baseURL");
  });
});

describe("an endpoint that refuses", () => {
  it("a key is not asked again, and the key is in no error, even where it is echoed", async () => {
    endpoint.script = () =>
      failure(
        401,
        `Incorrect API key provided: ${KEY}. Parts: ${KEY.slice(0, 14)} or ${KEY.slice(-10)}, sk-pr*****NpAs.`,
        {
          code: "invalid_api_key",
        },
      );
    const error = await errorOf(run(newDataDir(), { concurrency: 1 }));
    expect(error).toMatchObject({
      code: "endpoint-refused",
      message: expect.stringMatching(/does not accept the key.*embed\.apiKey.*Incorrect API key provided/) as string,
    });
    const shown = inspect(error, { depth: 20, showHidden: true });
    for (let i = 0; i + 8 <= KEY.length; i++) expect(shown).not.toContain(KEY.slice(i, i + 8));
    expect(shown).not.toContain("NpAs");
    expect(endpoint.requests).toHaveLength(1);
  });

  it("for want of a key says that the environment's is kept back", async () => {
    endpoint.script = () => failure(401, "who are you?");
    const { error } = await embed(["a"], { apiKey: undefined });
    expect((error as Error).message).toMatch(/wants a key: pass embed: \{ apiKey \}.*OPENAI_API_KEY is not sent/);
  });

  it.each([
    ["429", failure(429, "You exceeded your current quota", { code: "insufficient_quota" })],
    ["402", { status: 402, body: "Payment required" }],
  ])("for want of credit (%s) is not asked again", async (_, misbehaviour) => {
    endpoint.script = () => misbehaviour;
    const { error } = await embed(sentences, { concurrency: 1 });
    expect(error).toMatchObject({ code: "endpoint-refused", message: expect.stringContaining("credit") as string });
    expect(endpoint.requests).toHaveLength(1);
  });

  it("a model or path that is not there names both", async () => {
    endpoint.script = () => ({ status: 404, body: { error: 'model "words" not found' } });
    const { error } = await embed(["a"]);
    expect(error).toMatchObject({
      code: "unknown-model",
      message: expect.stringMatching(/\/v1 knows no model "words".*end in \/v1.*not found/) as string,
    });
  });

  it("by sending elsewhere is not followed", async () => {
    endpoint.script = () => ({ status: 307, headers: { location: "http://127.0.0.1:9/v1/embeddings" }, body: "" });
    const { error } = await embed(["a"]);
    expect(error).toMatchObject({ code: "endpoint-refused", message: expect.stringContaining("redirect") as string });
  });

  it("base64 is asked for numbers from then on", async () => {
    endpoint.script = ({ format }) =>
      format === "base64" ? { status: 422, body: { detail: "encoding_format must be float" } } : undefined;
    const { vectors } = await embed(sentences, { batchSize: 30, concurrency: 2 });
    expect(vectors).toEqual(expected(sentences));
    expect(endpoint.requests.filter(({ format }) => format === "base64").length).toBeLessThanOrEqual(2);
    expect(endpoint.requests.filter(({ format }) => format === "float")).toHaveLength(5);
  });

  it("so many texts at once gets fewer", async () => {
    endpoint.script = ({ texts }) =>
      texts.length > 32
        ? { status: 422, body: { message: `batch size ${texts.length} > maximum allowed batch size 32` } }
        : undefined;
    const { vectors } = await embed(sentences, { batchSize: 100, concurrency: 1 });
    expect(vectors).toEqual(expected(sentences));
    expect(endpoint.requests.filter(({ texts }) => texts.length > 32)).toHaveLength(2);
  });

  it.each<[string, (tokens: number) => Misbehaviour]>([
    [
      "OpenAI",
      (n) =>
        failure(
          400,
          `This model's maximum context length is 25 tokens, however you requested ${n} tokens (${n} in your prompt).`,
        ),
    ],
    ["Ollama", () => ({ status: 400, body: { error: "the input length exceeds the context length" } })],
    ["llama.cpp", (n) => failure(500, `input (${n} tokens) is too large to process. increase the physical batch size`)],
    ["TEI", (n) => ({ status: 413, body: { error: `\`inputs\` must have less than 25 tokens. Given: ${n}` } })],
  ])("long texts as %s does gets their beginnings, and all other texts whole", async (_, refusal) => {
    const tooLong = (text: string): boolean => tokensOf(text) > 25;
    endpoint.script = ({ texts }) =>
      texts.some(tooLong) ? refusal(Math.max(...texts.map((text) => tokensOf(text)))) : undefined;
    const texts = sentences.slice(0, 60);
    const { vectors, warnings, error } = await embed(texts, { batchSize: 30 });
    expect(error).toBeUndefined();
    const long = texts.filter(tooLong).length;
    expect(long).toBeGreaterThan(5);
    expect(warnings).toEqual([
      `${long} texts were too long for "openai:words": their vectors are those of their beginnings.`,
    ]);
    const sent = endpoint.texts;
    texts.forEach((text, i) => {
      if (!tooLong(text)) return expect(vectors[i]).toEqual(wordVector(text, 32));
      const cut = sent.filter((one) => text.startsWith(one) && !tooLong(one)).sort((a, b) => b.length - a.length)[0];
      expect(vectors[i]).toEqual(wordVector(cut, 32));
      expect(tokensOf(cut)).toBeGreaterThan(12);
    });
  });

  it("some texts has them named by their rows; the others are kept", async () => {
    const dataDir = newDataDir();
    const poisonous = [12, 77];
    endpoint.script = ({ texts }) =>
      texts.some((text) => poisonous.some((row) => text === sentences[row]))
        ? failure(400, "content_filter: not this one")
        : undefined;
    const error = await errorOf(run(dataDir, { batchSize: 150, concurrency: 1 }));
    expect(error).toMatchObject({
      code: "embedding-failed",
      message: expect.stringMatching(/does not take every text: .*not this one.*rows 12, 77\b.*kept/) as string,
    });
    endpoint.requests.length = 0;
    endpoint.script = () => undefined;
    const result = await run(dataDir);
    expect(endpoint.texts).toEqual(poisonous.map((row) => sentences[row]));
    expect(await vectorsOf(result)).toEqual(expected(sentences));
  });

  it("a text lets the other requests be answered first, and no more are begun", async () => {
    let release = (): void => undefined;
    const refused = new Promise<void>((resolve) => (release = resolve));
    endpoint.script = async ({ texts }) => {
      if (texts.includes(sentences[0])) return failure(400, "no");
      // its neighbour comes when the refusal has been understood
      if (texts[0] === sentences[1]) release();
      if (texts.includes(sentences[75])) await refused;
      return undefined;
    };
    const { vectors, error } = await embed(sentences, { batchSize: 50, concurrency: 2 });
    expect(error).toBeInstanceOf(FailedTexts);
    expect((error as FailedTexts).positions).toEqual([0]);
    expect(vectors.slice(1, 100)).toEqual(expected(sentences.slice(1, 100)));
    expect(endpoint.texts).not.toContain(sentences[120]);
  });

  it("everything is not asked for every single text", async () => {
    endpoint.script = () => failure(400, "dimensions are not supported");
    const { error } = await embed(sentences, { concurrency: 1 });
    expect((error as Error).message).toContain("dimensions are not supported.");
    expect(endpoint.requests.length).toBeLessThan(12);
  });
});

describe("vectors", () => {
  const edited = (edit: Misbehaviour["edit"]): void => {
    endpoint.script = () => ({ edit });
  };

  it("in another order are put in theirs", async () => {
    edited((answer) => ({ ...answer, data: answer.data.reverse() }));
    expect((await embed(sentences, { batchSize: 40 })).vectors).toEqual(expected(sentences));
  });

  it("without places are taken as they come; texts without a count of tokens are estimated", async () => {
    edited(({ data }) => ({ data: data.map(({ embedding }) => ({ embedding: numbersOf(embedding as string) })) }));
    const { vectors, usage } = await embed(sentences, { batchSize: 40 });
    expect(vectors).toEqual(expected(sentences));
    expect(usage?.tokens).toBe(sentences.reduce((sum, text) => sum + estimateTokens(text), 0));
  });

  it.each<[string, Misbehaviour["edit"], EmbedOptions, RegExp]>([
    ["too few", (a) => ({ ...a, data: a.data.slice(1) }), {}, /149 vectors for 150 texts/],
    ["none", () => ({ object: "list" }), {}, /no list of vectors/],
    ["two of one text", (a) => ({ ...a, data: a.data.map((item) => ({ ...item, index: 0 })) }), {}, /places \(index\)/],
    ["empty ones", (a) => ({ ...a, data: a.data.map((item) => ({ ...item, embedding: [] })) }), {}, /empty vector/],
    [
      "several lengths",
      (a) => ({ ...a, data: a.data.map((item, i) => ({ ...item, embedding: new Array(2 + (i % 2)).fill(1) })) }),
      {},
      /3 dimensions, but 2|of 3 dimensions and of 2/,
    ],
    [
      "other dimensions than were asked for",
      (a) => ({ ...a, data: a.data.map((item) => ({ ...item, embedding: base64(wordVector("a", 32)) })) }),
      { dimensions: 16 },
      /vectors of 32 dimensions, but 16 were wanted/,
    ],
  ])("that are no good (%s) are told", async (_, edit, more, message) => {
    edited(edit);
    const error = await errorOf(run(newDataDir(), more));
    expect(error).toMatchObject({ code: "bad-vectors", message: expect.stringMatching(message) as string });
    expect(endpoint.requests).toHaveLength(1);
  });

  it.each([
    ["NaN", base64(new Float32Array(32).fill(NaN))],
    ["null", new Array(32).fill(null)],
    ["1e+39", new Array(32).fill(1e39)],
  ])("that are no numbers (%s) are told with their row, and the others are kept", async (what, embedding) => {
    const dataDir = newDataDir();
    edited((answer) => ({
      ...answer,
      data: answer.data.map((item) => (item.index === 7 ? { ...item, embedding } : item)),
    }));
    const error = await errorOf(run(dataDir));
    expect(error.code).toBe("bad-vectors");
    expect(error.message).toContain(`${what} at place`);
    expect(error.message).toContain("row 7.");
    endpoint.script = () => undefined;
    endpoint.requests.length = 0;
    await run(dataDir);
    expect(endpoint.texts).toEqual([sentences[7]]);
  });
});

describe("the cost", () => {
  const price = { pricePerMillionTokens: 1000 };

  it("over the limit is told before anything is sent, and only for what is not known", async () => {
    const dataDir = newDataDir();
    const error = await errorOf(run(dataDir, price));
    expect(error).toMatchObject({
      code: "cost-limit",
      message: expect.stringMatching(
        /150 texts of about 6,\d+ tokens.*\$6\.\d+.*limit is \$1\.00.*Nothing was sent.*maxCost: [78] \}/,
      ) as string,
    });
    expect(endpoint.requests).toHaveLength(0);

    const result = await run(dataDir, { ...price, maxCost: 8 }, {}, rows.slice(0, 140));
    const { tokens, cost } = await recorded(result.dataset, "embeddings/embedding-001.json");
    expect(cost).toBeCloseTo((tokens as number) / 1000, 9);
    await run(dataDir, price);
    expect(endpoint.texts).toHaveLength(150);
  });

  it("is that of the whole table, where this is one of its parts", async () => {
    const known = (position: number): boolean => position >= 10;
    const part = await embed(sentences, price, { known, left: 1000 });
    expect(part.error).toMatchObject({ code: "cost-limit", message: expect.stringContaining("1,000 texts") as string });
    expect(endpoint.requests).toHaveLength(0);
    expect((await embed(sentences, price, { known })).error).toBeUndefined();
  });

  it("counts what was spent on earlier parts", async () => {
    const provider = openaiModel({ of: "words", options: options({ ...price, maxCost: 4.3 }) });
    const job: EmbedJob = {
      known: () => false,
      warn: () => undefined,
      note: () => undefined,
      deliver: () => undefined,
    };
    await provider.embed(sentences.slice(0, 75), job);
    await expect(provider.embed(sentences.slice(75), job)).rejects.toMatchObject({
      code: "cost-limit",
      message: expect.stringMatching(/have been spent/) as string,
    });
  });

  it("is told for texts like some others without sending them", () => {
    const provider = openaiModel({ of: "words", options: options({ ...price, prefix: "query: ", maxTokens: 30 }) });
    const { tokens, cost } = provider.estimate!(["a short one", sentences.join(" ")], 1000);
    expect(tokens).toBe(((estimateTokens("query: a short one") + 30) / 2) * 1000);
    expect(cost).toBeCloseTo(tokens! / 1000, 9);
    const free = openaiModel({ of: "words", options: options() });
    expect(free.estimate!(["a"], 2)).toEqual({ tokens: 2 * estimateTokens("a") });
    expect(endpoint.requests).toHaveLength(0);
  });

  it("is known for OpenAI's models at OpenAI, and asked for elsewhere", async () => {
    const job = { known: () => false, warn: () => undefined, note: () => undefined, deliver: () => undefined };
    const provider = openaiModel({ of: "text-embedding-3-large", options: { apiKey: KEY, maxCost: 1e-6 } });
    await expect(provider.embed(sentences, job)).rejects.toMatchObject({ code: "cost-limit" });
    expect(() => openaiModel({ of: "text-embedding-3-large", options: options({ maxCost: 1 }) })).toThrow(
      /pricePerMillionTokens/,
    );
  });
});

describe("the key and the address", () => {
  const environment = (): void => {
    vi.stubEnv("OPENAI_API_KEY", "sk-environment-secret");
    vi.stubEnv("OPENAI_ORG_ID", "org-secret");
    vi.stubEnv("OPENAI_PROJECT_ID", "project-secret");
    vi.stubEnv("OPENAI_CUSTOM_HEADERS", "X-Gateway: gateway-secret\nAuthorization: Bearer header-secret");
  };

  it("of the environment go together", async () => {
    environment();
    vi.stubEnv("OPENAI_CUSTOM_HEADERS", "X-Gateway: gateway-secret");
    vi.stubEnv("OPENAI_BASE_URL", `${endpoint.url}/`);
    await embed(["a"], { baseURL: undefined, apiKey: undefined });
    expect(endpoint.requests[0].headers).toMatchObject({
      authorization: "Bearer sk-environment-secret",
      "openai-organization": "org-secret",
      "openai-project": "project-secret",
      "x-gateway": "gateway-secret",
    });
  });

  it.each([undefined, KEY])("of the environment are not for a base URL of the options (apiKey %s)", async (apiKey) => {
    environment();
    await embed(["a"], { apiKey });
    const { headers } = endpoint.requests[0];
    expect(JSON.stringify(headers)).not.toContain("secret");
    expect(headers.authorization).toBe(apiKey ? `Bearer ${KEY}` : "Bearer no-key");
  });

  it("that are wanting for OpenAI are told at once, before any work", async () => {
    const dataDir = newDataDir();
    for (const baseURL of [undefined, "https://api.openai.com/v1/"]) {
      const error = await errorOf(run(dataDir, { baseURL, apiKey: undefined }));
      expect(error).toMatchObject({
        code: "endpoint-refused",
        message: expect.stringMatching(/OPENAI_API_KEY.*apiKey/) as string,
      });
    }
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it.each([
    ["ftp://example.com/v1"],
    ["example.com/v1"],
    [""],
    ["https://someone:pass-word-1@example.com/v1"],
    ["https://pass-word-1@example.com/v1"],
    [8080 as unknown as string],
  ])("%s is no address of an endpoint, and is not quoted", (baseURL) => {
    const make = (): unknown => openaiModel({ of: "m", options: { model: "openai:m", baseURL } });
    expect(make).toThrow(expect.objectContaining({ code: "bad-option" }) as Error);
    expect(make).not.toThrow(/pass-word-1/);
  });

  it("that cannot be a key is told without it", () => {
    const make = (): unknown => openaiModel({ of: "m", options: options({ apiKey: "sk-abc\nsecret" }) });
    expect(make).toThrow(/embed\.apiKey/);
    expect(make).not.toThrow(/secret/);
  });

  it.each(["/v1", "/v1/", "/v1//", "/v1/embeddings", "/v1?api-version=2024-10-21&sig=long-signature"])(
    "with %s is one endpoint, and what follows the question mark is sent but not kept",
    async (tail) => {
      const baseURL = `http://${endpoint.host}${tail}`;
      const { vectors } = await embed(["a"], { baseURL });
      expect(vectors).toEqual(expected(["a"]));
      expect(endpoint.requests[0].path.replace("&sig=long-signature", "")).toBe(
        tail.includes("?") ? "/v1/embeddings?api-version=2024-10-21" : "/v1/embeddings",
      );
      expect(openaiModel({ of: "words", options: options({ baseURL }) }).identity).toEqual({
        model: "openai:words",
        endpoint: `${endpoint.host}/v1`,
      });
    },
  );
});

it("options that are wrong are told", () => {
  const make = (more: object) => () => openaiModel({ of: "words", options: options(more) });
  for (const more of [
    { batchSize: 4096 },
    { concurrency: 0 },
    { maxCost: -1 },
    { maxTokens: 2.5 },
    { organisation: "x" },
  ])
    expect(make(more), JSON.stringify(more)).toThrow(expect.objectContaining({ code: "bad-option" }) as Error);
});

it.each([
  // [text, tokens of cl100k_base]
  [
    "Сегодня хорошая погода, и мы решили пойти гулять в парк, несмотря на предупреждения синоптиков о возможном дожде.",
    54,
  ],
  ["今天天气很好,我们决定去公园散步,尽管气象学家警告可能会下雨。", 38],
  ["今日は天気が良いので、雨が降るかもしれないという予報にもかかわらず、公園へ散歩に行くことにしました。", 56],
  ["오늘 날씨가 좋아서 우리는 비가 올지도 모른다는 경고에도 불구하고 공원에 산책하러 가기로 했다.", 55],
  ["الطقس جميل اليوم وقررنا الذهاب إلى الحديقة على الرغم من التحذيرات من احتمال هطول الأمطار.", 55],
  ["Tôi rất thích ăn phở vào buổi sáng ở Hà Nội, nhưng hôm nay trời mưa quá nên tôi ở nhà.", 51],
  ["დღეს კარგი ამინდია და ჩვენ გადავწყვიტეთ პარკში სეირნობა.", 104],
  ["👍🎉😂🔥❤️🙏🏽👩‍👩‍👧", 33],
  ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", 43],
])("tokens are rather over- than underestimated: %s", (text, tokens) => {
  expect(estimateTokens(text)).toBeGreaterThanOrEqual(tokens);
  expect(estimateTokens(text)).toBeLessThan(2 * tokens);
});

function numbersOf(text: string): number[] {
  const bytes = Buffer.from(text, "base64");
  return Array.from(new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)));
}

/** An address at which nothing listens. */
async function freeUrl(): Promise<string> {
  const gone = await EmbeddingsEndpoint.start();
  const { url } = gone;
  await gone.stop();
  return url;
}
