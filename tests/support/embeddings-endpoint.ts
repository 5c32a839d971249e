import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One request as the endpoint got it. */
export interface EndpointRequest {
  /** 0 for the first. */
  readonly number: number;
  readonly texts: string[];
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly format: "base64" | "float";
  readonly dimensions: number | undefined;
  /** Requests that were not answered yet when this one came, with it. */
  readonly inFlight: number;
  /** When it came, by `performance.now()`. */
  readonly at: number;
}

interface Item {
  object: "embedding";
  index: number;
  embedding: unknown;
}

export interface Answer {
  object: "list";
  model: string;
  data: Item[];
  usage?: { prompt_tokens: number; total_tokens: number };
}

/** What an endpoint does instead of answering rightly. */
export interface Misbehaviour {
  status?: number;
  headers?: Record<string, string>;
  /** Text as it is, anything else as JSON. */
  body?: unknown;
  /** Changes the right answer. */
  edit?: (answer: Answer) => unknown;
  /** The connection ends in the middle of the body. */
  breakOff?: boolean;
  /** Nothing is ever answered. */
  hang?: boolean;
}

type Script = (request: EndpointRequest) => Misbehaviour | undefined | void | Promise<Misbehaviour | undefined | void>;

/** A server on this machine that speaks OpenAI's /v1/embeddings, and misbehaves as its script says. */
export class EmbeddingsEndpoint {
  readonly requests: EndpointRequest[] = [];
  /** Requests that the client gave up. */
  abandoned = 0;
  mostInFlight = 0;
  /** Length of the vectors. */
  dimensions = 32;
  private inFlight = 0;
  private readonly server = createServer((request, response) => void this.handle(request, response));

  private constructor(public script: Script) {}

  static async start(script: Script = () => undefined): Promise<EmbeddingsEndpoint> {
    const endpoint = new EmbeddingsEndpoint(script);
    await new Promise<void>((resolve) => endpoint.server.listen(0, "127.0.0.1", resolve));
    return endpoint;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.host}/v1`;
  }

  /** All texts that were sent, in the order they came. */
  get texts(): string[] {
    return this.requests.flatMap(({ texts }) => texts);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    response.on("close", () => {
      this.inFlight--;
      if (!response.writableFinished) this.abandoned++;
    });
    const parts: Buffer[] = [];
    for await (const part of message) parts.push(part as Buffer);
    const body = JSON.parse(Buffer.concat(parts).toString("utf8")) as {
      input: string[];
      encoding_format?: "base64" | "float";
      dimensions?: number;
      model: string;
    };
    const request: EndpointRequest = {
      number: this.requests.length,
      texts: body.input,
      path: message.url ?? "",
      headers: message.headers,
      format: body.encoding_format ?? "float",
      dimensions: body.dimensions,
      inFlight: this.inFlight,
      at: performance.now(),
    };
    this.requests.push(request);
    const { hang, breakOff, edit, ...reply } = (await this.script(request)) ?? {};
    if (hang) return;
    const answer = this.answer(request, body.model);
    const content = "body" in reply ? reply.body : edit ? edit(answer) : answer;
    const text = typeof content === "string" ? content : JSON.stringify(content);
    response.writeHead(reply.status ?? 200, {
      "content-type": typeof content === "string" ? "text/html" : "application/json",
      ...reply.headers,
    });
    if (!breakOff) return void response.end(text);
    response.write(text.slice(0, text.length / 2), () => response.destroy());
  }

  private answer({ texts, format, dimensions = this.dimensions }: EndpointRequest, model: string): Answer {
    const tokens = texts.reduce((sum, text) => sum + tokensOf(text), 0);
    const data = texts.map((text, index): Item => {
      const vector = wordVector(text, this.dimensions).slice(0, dimensions);
      const embedding = format === "base64" ? base64(vector) : Array.from(vector);
      return { object: "embedding", index, embedding };
    });
    return { object: "list", model, data, usage: { prompt_tokens: tokens, total_tokens: tokens } };
  }
}

/** Tokens as the endpoint counts them: words. */
export function tokensOf(text: string): number {
  return text.split(/\s+/).length;
}

export function base64(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString("base64");
}

/** A vector of length 1 in which each word has its part, so that texts with the same words are near each other. */
export function wordVector(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions).fill(0.01);
  for (const word of text.toLowerCase().split(/\W+/)) {
    let hash = 2166136261;
    for (const letter of word) hash = Math.imul(hash ^ letter.charCodeAt(0), 16777619);
    vector[(hash >>> 0) % dimensions] += hash & 0x1000000 ? 1 : -1;
  }
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}
