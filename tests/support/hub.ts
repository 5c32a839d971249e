/** Models as the Hugging Face hub has them: their files, and a hub on this machine that serves them as huggingface.co does. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";

const GTE_SMALL = path.resolve(__dirname, "../../models/gte-small-int8");

/** Files of a model by their names; objects are written as JSON, undefined leaves one out. */
export type ModelFiles = Readonly<Record<string, object | string | undefined>>;

/** What sentence-transformers writes for gte-small. */
export const GTE_SMALL_FILES: ModelFiles = {
  "config.json": {
    model_type: "bert",
    architectures: ["BertModel"],
    hidden_size: 384,
    max_position_embeddings: 512,
    pad_token_id: 0,
  },
  "tokenizer.json": bertTokenizer(readFileSync(path.join(GTE_SMALL, "vocab.txt"), "utf8").trimEnd().split("\n")),
  "tokenizer_config.json": { tokenizer_class: "BertTokenizer", do_lower_case: true, model_max_length: 512 },
  "modules.json": [
    { idx: 0, name: "0", path: "", type: "sentence_transformers.models.Transformer" },
    { idx: 1, name: "1", path: "1_Pooling", type: "sentence_transformers.models.Pooling" },
    { idx: 2, name: "2", path: "2_Normalize", type: "sentence_transformers.models.Normalize" },
  ],
  "1_Pooling/config.json": { word_embedding_dimension: 384, pooling_mode_mean_tokens: true },
  "sentence_bert_config.json": { max_seq_length: 512, do_lower_case: false },
};

/** A folder that nothing is in yet. */
export function newFolder(): string {
  return path.join(mkdtempSync(path.join(os.tmpdir(), "latentscope-model-")), "model");
}

/** Writes the files of a model. */
export function writeModel(folder: string, files: ModelFiles): string {
  for (const [name, content] of Object.entries(files)) {
    if (content === undefined) continue;
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  }
  return folder;
}

/** The bundled gte-small in the layout of the hub. @param files in place of or beside {@link GTE_SMALL_FILES} */
export function gteSmallFolder(folder: string, files: ModelFiles = {}, graph = "onnx/model_quantized.onnx"): string {
  writeModel(folder, { ...GTE_SMALL_FILES, ...files });
  mkdirSync(path.dirname(path.join(folder, graph)), { recursive: true });
  symlinkSync(path.join(GTE_SMALL, "model.onnx"), path.join(folder, graph));
  return folder;
}

/** The `tokenizer.json` of an uncased BERT. */
function bertTokenizer(vocabulary: readonly string[]): object {
  const special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
  const idOf = (token: string): number => vocabulary.indexOf(token);
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const around = (id: string): object => ({ SpecialToken: { id, type_id: 0 } });
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: special.map((content) => ({ id: idOf(content), content, ...flags })),
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: {
      type: "TemplateProcessing",
      single: [around("[CLS]"), { Sequence: { id: "A", type_id: 0 } }, around("[SEP]")],
      pair: [],
      special_tokens: Object.fromEntries(["[CLS]", "[SEP]"].map((id) => [id, { id, ids: [idOf(id)], tokens: [id] }])),
    },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
    },
  };
}

/** Words of {@link wordModel}, and the vector of each. */
const WORDS: Readonly<Record<string, readonly number[]>> = {
  "[UNK]": [0, 0],
  "[PAD]": [50, 50],
  ask: [9, 9],
  ":": [7, 7],
  red: [1, 0],
  green: [0, 1],
  blue: [3, 4],
};
const WORD_NAMES = Object.keys(WORDS);

/** A model that knows seven words. Its graph looks their vectors up, and adds the number of the place where the graph takes that. */
export function wordModel(graph: Uint8Array, files: ModelFiles = {}, file = "model.onnx"): string {
  const folder = writeModel(newFolder(), {
    "config.json": { model_type: "bert", max_position_embeddings: 20, pad_token_id: 1 },
    "tokenizer.json": {
      version: "1.0",
      added_tokens: [],
      normalizer: null,
      pre_tokenizer: { type: "Whitespace" },
      post_processor: null,
      decoder: null,
      model: {
        type: "WordLevel",
        unk_token: "[UNK]",
        vocab: Object.fromEntries(WORD_NAMES.map((word, id) => [word, id])),
      },
    },
    "modules.json": (GTE_SMALL_FILES["modules.json"] as object[]).slice(0, 2),
    ...files,
  });
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), graph);
  return folder;
}

const FLOAT = 1;
export const INT32 = 6;
export const INT64 = 7;
export const FLOAT16 = 10;
/** The weights of {@link wordGraph}. */
export const WORD_VECTORS = Buffer.from(Float32Array.from(Object.values(WORDS).flat()).buffer);

export interface WordGraph {
  /** Type of the inputs. */
  integer?: number;
  /** Whether it takes position_ids. */
  places?: boolean;
  /** An input whose sum over the tokens of a text, padding with them, is added to the vectors of these. */
  sumOf?: "input_ids" | "attention_mask";
  /** Name of the output of tokens. */
  output?: string;
  /** Type of that output. */
  float?: number;
  /** Whether there is an output of whole texts, too. */
  sentence?: boolean;
  /** One more input, of float32, and its shape. Default: that of the others. */
  more?: string;
  moreDims?: (string | number)[];
  /** File that has the weights. */
  weightsIn?: string;
  table?: Buffer;
}

/** An ONNX graph that looks up the vectors of {@link WORDS}, as onnx.proto3 describes its bytes. */
export function wordGraph({
  integer = INT64,
  output = "last_hidden_state",
  float = FLOAT,
  ...graph
}: WordGraph): Uint8Array {
  const node = (type: string, inputs: string[], to: string, ...attributes: Buffer[]): Buffer =>
    field(1, [...inputs.map((name) => field(1, name)), field(2, to), field(4, type), ...attributes]);
  const attribute = (name: string, value: number): Buffer => field(5, [field(1, name), field(3, value), field(20, 2)]);
  const axis = (name: string, value: number): Buffer => field(5, [field(1, name), field(8, value), field(20, 7)]);
  const value = (number: number, name: string, type: number, dims: (string | number)[]): Buffer => {
    const shape = dims.map((dim) => field(1, [typeof dim === "string" ? field(2, dim) : field(1, dim)]));
    return field(number, [field(1, name), field(2, [field(1, [field(1, type), field(2, shape)])])]);
  };
  const stored = graph.weightsIn
    ? [
        field(13, [field(1, "location"), field(2, graph.weightsIn)]),
        field(13, [field(1, "offset"), field(2, "0")]),
        field(13, [field(1, "length"), field(2, String(WORD_VECTORS.length))]),
        field(14, 1),
      ]
    : [field(9, graph.table ?? WORD_VECTORS)];
  const table = field(5, [field(1, WORD_NAMES.length), field(1, 2), field(2, FLOAT), field(8, "table"), ...stored]);
  const axes = (["one", "two"] as const).map((name, i) =>
    field(5, [
      field(1, 1),
      field(2, INT64),
      field(8, name),
      field(9, Buffer.from(BigInt64Array.of(BigInt(i + 1)).buffer)),
    ]),
  );
  const batch = ["batch", "tokens"];
  const parts = [
    node("Gather", ["table", "input_ids"], "found"),
    ...(graph.places
      ? [
          node("Cast", ["position_ids"], "numbers", attribute("to", FLOAT)),
          node("Unsqueeze", ["numbers", "two"], "columns"),
          node("Add", ["found", "columns"], "vectors"),
        ]
      : graph.sumOf
        ? [
            node("Cast", [graph.sumOf], "numbers", attribute("to", FLOAT)),
            node("ReduceSum", ["numbers", "one"], "sum", attribute("keepdims", 1)),
            node("Unsqueeze", ["sum", "two"], "column"),
            node("Add", ["found", "column"], "vectors"),
          ]
        : [node("Identity", ["found"], "vectors")]),
    node("Cast", ["vectors"], output, attribute("to", float)),
    ...(graph.sentence
      ? [node("ReduceMax", ["vectors"], "sentence_embedding", axis("axes", 1), attribute("keepdims", 0))]
      : []),
    field(2, "words"),
    table,
    ...axes,
    ...["input_ids", "attention_mask", ...(graph.places ? ["position_ids"] : [])].map((name) =>
      value(11, name, integer, batch),
    ),
    ...(graph.more ? [value(11, graph.more, FLOAT, graph.moreDims ?? batch)] : []),
    value(12, output, float, [...batch, 2]),
    ...(graph.sentence ? [value(12, "sentence_embedding", FLOAT, ["batch", 2])] : []),
  ];
  return Buffer.concat([field(1, 8), field(7, parts), field(8, [field(1, ""), field(2, 13)])]);
}

/** A field of a protocol buffer: a number as varint, anything else with its length. */
function field(number: number, content: number | string | Buffer | Buffer[]): Buffer {
  if (typeof content === "number") return Buffer.concat([varint(number * 8), varint(content)]);
  const bytes = Array.isArray(content) ? Buffer.concat(content) : Buffer.from(content);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return Buffer.from([...bytes, value]);
}

/** A request that came to the hub, or to where it has its large files. */
export interface HubRequest {
  readonly method: string;
  /** "/org/name/resolve/main/config.json"; "/stored/<sha256>" for a large file */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly range: string | undefined;
}

export interface HubOptions {
  /** The one token that may read models of organisation "gated". */
  readonly token?: string;
}

/** A hub on this machine. As at huggingface.co, weights are stored elsewhere, under their SHA-256, and the hub sends there. */
export class Hub {
  readonly requests: HubRequest[] = [];
  /** What "main" is. */
  commit = "1".repeat(40);
  /** Large files end after so many bytes, once. */
  breakOffAfter: number | undefined;
  /** Replaces what is stored in large files. */
  damage = false;
  private readonly stored = new Map<string, string>();

  private constructor(
    private readonly hub: Server,
    private readonly store: Server,
    private readonly models: Readonly<Record<string, string>>,
    private readonly token: string | undefined,
  ) {}

  /** @param models their folders by "organisation/name" */
  static async start(models: Readonly<Record<string, string>>, { token }: HubOptions = {}): Promise<Hub> {
    const servers = [createServer(), createServer()];
    await Promise.all(
      servers.map((server) => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()))),
    );
    const hub = new Hub(servers[0], servers[1], models, token);
    servers[0].on("request", (request, response) => hub.answer(request, response));
    servers[1].on("request", (request, response) => hub.answerStored(request, response));
    return hub;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.hub.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const server of [this.hub, this.store]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  /** The requests since the last call. */
  taken(): HubRequest[] {
    return this.requests.splice(0);
  }

  private record(request: IncomingMessage): string {
    const { method = "", url = "", headers } = request;
    this.requests.push({ method, path: url, authorization: headers.authorization, range: headers.range });
    return url;
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const [, id, revision, file] = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(this.record(request)) ?? [];
    const refuse = (status: number, code: string): void => {
      response.writeHead(status, { "x-error-code": code, "x-repo-commit": this.commit }).end("refused");
    };
    const folder = this.models[id];
    const allowed = this.token !== undefined && request.headers.authorization === `Bearer ${this.token}`;
    if (!folder) return refuse(401, "RepoNotFound");
    if (id.startsWith("gated/") && !allowed) return refuse(401, "GatedRepo");
    if (revision !== "main" && revision !== this.commit) return refuse(404, "RevisionNotFound");
    const found = path.join(folder, decodeURIComponent(file));
    if (!existsSync(found)) return refuse(404, "EntryNotFound");
    const content = readFileSync(found);
    const headers = { "x-repo-commit": this.commit, "accept-ranges": "bytes" };
    if (/\.onnx(_data)?$/.test(found)) {
      const sha256 = createHash("sha256").update(content).digest("hex");
      this.stored.set(sha256, found);
      response.writeHead(302, {
        ...headers,
        location: `http://127.0.0.1:${(this.store.address() as AddressInfo).port}/stored/${sha256}`,
        "x-linked-etag": `"${sha256}"`,
        "x-linked-size": content.length,
      });
      response.end();
      return;
    }
    const sha1 = createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
    response.writeHead(200, { ...headers, etag: `"${sha1}"`, "content-length": content.length });
    response.end(request.method === "HEAD" ? undefined : content);
  }

  private answerStored(request: IncomingMessage, response: ServerResponse): void {
    const file = this.stored.get(path.posix.basename(this.record(request)));
    if (!file) return void response.writeHead(404).end();
    const content = readFileSync(file);
    if (this.damage) content.fill(0, 0, 1000);
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const part = content.subarray(from);
    response.writeHead(from ? 206 : 200, { "content-length": part.length, etag: '"of the store"' });
    const { breakOffAfter } = this;
    this.breakOffAfter = undefined;
    if (breakOffAfter === undefined) return void response.end(part);
    response.write(part.subarray(0, breakOffAfter), () => response.destroy());
  }
}
