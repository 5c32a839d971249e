/** A process that runs a GGUF model by node-llama-cpp, which its parent ends. */
import type { GgufAnswer, GgufQuestion, GgufStart } from "./gguf-model";

/** What is used of the package node-llama-cpp, which is installed only where it is wanted. */
interface LlamaLibrary {
  getLlama(options: { gpu: false; build: "never"; logLevel: "disabled" }): Promise<Llama>;
  LlamaChatSession: new (options: { contextSequence: Sequence; systemPrompt: string }) => Session;
}
interface Llama {
  readonly cpuMathCores: number;
  loadModel(options: { modelPath: string }): Promise<Model>;
  createGrammarForJsonSchema(schema: object): Promise<object>;
}
interface Model {
  readonly trainContextSize: number;
  createContext(options: { contextSize: number; threads: number }): Promise<{ getSequence(): Sequence }>;
  tokenize(text: string): unknown[];
}
interface Sequence {
  readonly tokenMeter: { readonly usedInputTokens: number; readonly usedOutputTokens: number };
  clearHistory(): Promise<void>;
}
interface Session {
  promptWithMeta(
    text: string,
    options: { grammar?: object; maxTokens: number; temperature: number },
  ): Promise<{ responseText: string; stopReason: string }>;
  dispose(options: { disposeSequence: boolean }): void;
}

/** Limits keep small models from writing without end. What reaches them is too long for a label. */
const ANSWER_SCHEMA = {
  type: "object",
  properties: { label: { type: "string", maxLength: 100 }, description: { type: "string", maxLength: 240 } },
};
/** Tokens around the messages of a chat, at most. */
const TEMPLATE_TOKENS = 64;

interface Loaded {
  readonly library: LlamaLibrary;
  readonly model: Model;
  readonly sequence: Sequence;
  readonly grammar: object;
  readonly contextTokens: number;
}

async function load({ file, contextTokens }: GgufStart): Promise<Loaded> {
  // a name that the compiler does not look up
  const name: string = "node-llama-cpp";
  const library = (await import(name)) as LlamaLibrary;
  const llama = await library.getLlama({ gpu: false, build: "never", logLevel: "disabled" });
  const model = await llama.loadModel({ modelPath: file });
  const contextSize = Math.min(contextTokens + TEMPLATE_TOKENS, model.trainContextSize);
  // llama.cpp's threads wait for each other in busy loops: where one shares its core with the kernel, all take many times as long
  const threads = Math.max(1, llama.cpuMathCores - 1);
  const context = await model.createContext({ contextSize, threads });
  const grammar = await llama.createGrammarForJsonSchema(ANSWER_SCHEMA);
  return { library, model, sequence: context.getSequence(), grammar, contextTokens: contextSize };
}

async function answer(
  { library, model, sequence, grammar, contextTokens }: Loaded,
  { prompt: { system, user, format }, answerTokens }: GgufQuestion,
): Promise<GgufAnswer> {
  const length = model.tokenize(system).length + model.tokenize(user).length + TEMPLATE_TOKENS;
  if (length + answerTokens > contextTokens)
    return { kind: "too-long", message: `The prompt has ${length} tokens, and the model takes ${contextTokens}.` };
  await sequence.clearHistory();
  const { usedInputTokens, usedOutputTokens } = sequence.tokenMeter;
  const session = new library.LlamaChatSession({ contextSequence: sequence, systemPrompt: system });
  try {
    const { responseText, stopReason } = await session.promptWithMeta(user, {
      ...(format === "json" ? { grammar } : {}),
      ...{ maxTokens: answerTokens, temperature: 0 },
    });
    const { tokenMeter } = sequence;
    const tokens = tokenMeter.usedInputTokens - usedInputTokens + tokenMeter.usedOutputTokens - usedOutputTokens;
    return { kind: "answer", text: responseText, tokens, cut: stopReason === "maxTokens" };
  } finally {
    session.dispose({ disposeSequence: false });
  }
}

let loaded: Loaded | undefined;

async function handle(message: GgufStart | GgufQuestion): Promise<GgufAnswer> {
  try {
    if (loaded && "prompt" in message) return await answer(loaded, message);
    loaded = await load(message as GgufStart);
    return { kind: "ready" };
  } catch (error) {
    return { kind: "error", message: error instanceof Error ? error.message : String(error) };
  }
}

process.on("message", (message: GgufStart | GgufQuestion) => void handle(message).then((said) => process.send?.(said)));
process.on("disconnect", () => process.exit());
