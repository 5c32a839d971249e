import { ApiEndpoint, type Misbehaviour as MisbehaviourOf, type ReceivedRequest, type Script } from "./api-endpoint";

/** One request as the endpoint got it. */
export interface EndpointRequest extends ReceivedRequest {
  readonly texts: string[];
  readonly format: "base64" | "float";
  readonly dimensions: number | undefined;
  readonly model: string;
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

export type Misbehaviour = MisbehaviourOf<Answer>;

/** A server on this machine that speaks OpenAI's /v1/embeddings, and misbehaves as its script says. */
export class EmbeddingsEndpoint extends ApiEndpoint<EndpointRequest, Answer> {
  /** Length of the vectors. */
  dimensions = 32;

  static async start(script: Script<EndpointRequest, Answer> = () => undefined): Promise<EmbeddingsEndpoint> {
    return new EmbeddingsEndpoint(script).listen();
  }

  /** All texts that were sent, in the order they came. */
  get texts(): string[] {
    return this.requests.flatMap(({ texts }) => texts);
  }

  protected read(body: unknown, received: ReceivedRequest): EndpointRequest {
    const { input, encoding_format, dimensions, model } = body as {
      input: string[];
      encoding_format?: "base64" | "float";
      dimensions?: number;
      model: string;
    };
    return { ...received, texts: input, format: encoding_format ?? "float", dimensions, model };
  }

  protected answer({ texts, format, dimensions = this.dimensions, model }: EndpointRequest): Answer {
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
