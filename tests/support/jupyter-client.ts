/** A real Jupyter client (jupyter_client of the project's Python environment) with a typed face: see jupyter-client.py. */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";

/** Root of the repository. */
export const ROOT = path.resolve(__dirname, "..", "..");

const DEFAULT_TIMEOUT_MS = 60_000;

export interface JupyterMessage {
  readonly channel: "iopub" | "shell" | "control";
  readonly type: string;
  readonly id: string;
  /** msg_id of the parent. */
  readonly parent: string | undefined;
  readonly metadata: Record<string, unknown>;
  readonly content: MessageContent;
  readonly buffers: readonly Buffer[];
  /** When it arrived, in ms (performance.now). */
  readonly at: number;
}

/** Fields of the contents of all message types. Which of them are there depends on the type: a test knows what it looks at. */
export interface MessageContent {
  readonly status: string;
  readonly execution_state: string;
  readonly execution_count: number;
  readonly name: string;
  readonly text: string;
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
  readonly comm_id: string;
  readonly target_name: string;
  readonly comms: Readonly<Record<string, unknown>>;
  readonly history: readonly (readonly unknown[])[];
  readonly language_info: object;
  readonly transient: { readonly display_id: string };
  readonly data: MessageData;
}

/** `data` of comm messages, and of displays (by MIME type). */
export interface MessageData {
  readonly method: string;
  readonly content: unknown;
  readonly state: Readonly<Record<string, unknown>>;
  readonly states: Readonly<Record<string, unknown>>;
  readonly buffer_paths: readonly unknown[];
  readonly [mimeType: string]: unknown;
}

/** A line of jupyter-client.py. */
type BridgeLine =
  | { readonly id: number; readonly result?: unknown; readonly error?: string }
  | { readonly channel: JupyterMessage["channel"]; readonly message: RawMessage };

interface RawMessage {
  readonly header: { readonly msg_type: string; readonly msg_id: string };
  readonly parent_header: { readonly msg_id?: string };
  readonly metadata: Record<string, unknown>;
  readonly content: MessageContent;
  readonly buffers: readonly string[];
}

/** What came of one request: its iopub messages in order (until its "idle"), its reply, and the time until both were there. */
export interface Outcome {
  readonly id: string;
  readonly messages: readonly JupyterMessage[];
  readonly reply: JupyterMessage | undefined;
  readonly ms: number;
}

export interface SendOptions {
  readonly metadata?: object;
  readonly buffers?: readonly Uint8Array[];
  readonly channel?: "shell" | "control";
}

/** Writes a kernelspec into `<dir>/kernels/<name>`. */
export function writeSpec(dir: string, name: string, argv: readonly string[]): void {
  const folder = path.join(dir, "kernels", name);
  mkdirSync(folder, { recursive: true });
  const spec = { argv, display_name: name, language: "typescript", interrupt_mode: "signal" };
  writeFileSync(path.join(folder, "kernel.json"), JSON.stringify(spec));
}

/** A running kernel and a client connected to it, in a Jupyter of its own (nothing of the user's Jupyter is seen or touched). */
export class KernelClient {
  /** All messages since the start. */
  readonly messages: JupyterMessage[] = [];
  pid = 0;
  readonly #bridge: ChildProcess;
  readonly #folder: string;
  readonly #answers = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>();
  readonly #listeners = new Set<() => void>();
  /** "idle" and reply by the id of the request. */
  readonly #idle = new Map<string, JupyterMessage>();
  readonly #replies = new Map<string, JupyterMessage>();
  #requests = 0;
  #stderr = "";

  private constructor(folder: string, dataDir: string, env: NodeJS.ProcessEnv) {
    this.#folder = folder;
    const python = path.join(ROOT, ".venv", "bin", "python");
    if (!existsSync(python)) throw new Error(`No Python environment: ${python} is missing.`);
    this.#bridge = spawn(python, [path.join(__dirname, "jupyter-client.py")], {
      cwd: folder,
      stdio: ["pipe", "pipe", "pipe"],
      env: {
        ...process.env,
        JUPYTER_PATH: dataDir,
        JUPYTER_DATA_DIR: path.join(folder, "data"),
        JUPYTER_CONFIG_DIR: path.join(folder, "config"),
        JUPYTER_RUNTIME_DIR: path.join(folder, "runtime"),
        ...env,
      },
    });
    createInterface({ input: this.#bridge.stdout! }).on("line", (line) => this.#read(line));
    this.#bridge.stderr!.on("data", (chunk) => (this.#stderr += chunk));
    this.#bridge.on("exit", () => {
      for (const { reject } of this.#answers.values()) reject(new Error(`The Jupyter client ended.\n${this.#stderr}`));
    });
  }

  /** Starts the kernel of this name, whose spec is in `<dataDir>/kernels`, in the folder `cwd`. */
  static async start(kernel: string, dataDir: string, cwd: string, env: NodeJS.ProcessEnv = {}): Promise<KernelClient> {
    const client = new KernelClient(mkdtempSync(path.join(tmpdir(), "jupyter-client-")), dataDir, env);
    try {
      ({ pid: client.pid } = await client.#ask<{ pid: number }>("start", { kernel, cwd }));
    } catch (error) {
      await client.close();
      throw error;
    }
    return client;
  }

  /** Runs a cell as a notebook does, and waits for its end. */
  async execute(code: string, options: { stopOnError?: boolean; timeoutMs?: number } = {}): Promise<Outcome> {
    const started = performance.now();
    return this.#outcome(await this.startCell(code, options), "execute_reply", started, options.timeoutMs);
  }

  /** Runs a cell without waiting. Returns its id. */
  startCell(code: string, options: { stopOnError?: boolean } = {}): Promise<string> {
    return this.post("execute_request", {
      code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: options.stopOnError ?? true,
    });
  }

  /** Content of the reply to a request. */
  async request(type: string, content: object, options: SendOptions = {}): Promise<MessageContent> {
    const { reply } = await this.send(`${type}_request`, content, options);
    if (!reply) throw new Error(`No reply to a ${type}_request.`);
    return reply.content;
  }

  /** Waits for the end of a cell that was started. */
  cellEnd(id: string, timeoutMs?: number): Promise<Outcome> {
    return this.#outcome(id, "execute_reply", performance.now(), timeoutMs);
  }

  /** Sends any message and waits for its "idle"; for a request also for the reply. */
  async send(type: string, content: object, options: SendOptions = {}): Promise<Outcome> {
    const started = performance.now();
    const reply = type.endsWith("_request") ? type.replace("_request", "_reply") : undefined;
    return this.#outcome(await this.post(type, content, options), reply, started);
  }

  /** Sends any message. Returns its id. */
  post(
    type: string,
    content: object,
    { metadata, buffers = [], channel = "shell" }: SendOptions = {},
  ): Promise<string> {
    const base64 = buffers.map((buffer) => Buffer.from(buffer).toString("base64"));
    return this.#ask<string>("send", { type, content, metadata, buffers: base64, channel });
  }

  /** The first message, past or to come, of which `is` holds. */
  async message(is: (message: JupyterMessage) => boolean, what: string, timeoutMs?: number): Promise<JupyterMessage> {
    await this.#until(() => this.messages.some(is), what, timeoutMs);
    return this.messages.find(is)!;
  }

  interrupt(): Promise<void> {
    return this.#ask("interrupt", {});
  }

  /** Connects a new client instead of this one, as a page does that is reloaded. */
  reconnect(): Promise<void> {
    return this.#ask("reconnect", {});
  }

  /** Restarts the kernel and connects to the new one. */
  async restart(): Promise<{ seconds: number }> {
    const result = await this.#ask<{ seconds: number; pid: number }>("restart", {});
    this.pid = result.pid;
    return result;
  }

  /** Asks the kernel to end. `code` is null when it had not ended after ten seconds. */
  shutdown(): Promise<{ seconds: number; code: number | null }> {
    return this.#ask("shutdown", {});
  }

  /** Ends kernel and client, and removes their files. */
  async close(): Promise<void> {
    if (this.#bridge.exitCode === null) {
      const ended = new Promise((resolve) => this.#bridge.once("exit", resolve));
      this.#bridge.stdin!.end();
      await ended;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #outcome(id: string, replyType: string | undefined, started: number, timeoutMs?: number): Promise<Outcome> {
    const ended = (): boolean => this.#idle.has(id) && (!replyType || this.#replies.has(id));
    await this.#until(ended, `the end of ${replyType ?? "a message"} ${id}`, timeoutMs);
    const end = this.#idle.get(id)!;
    const first = this.messages.findIndex(({ channel, parent }) => channel === "iopub" && parent === id);
    const messages = this.messages
      .slice(first, this.messages.indexOf(end) + 1)
      .filter(({ channel }) => channel === "iopub");
    return { id, messages, reply: this.#replies.get(id), ms: performance.now() - started };
  }

  #until(holds: () => boolean, what: string, timeoutMs = DEFAULT_TIMEOUT_MS): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const listener = (): void => {
        if (!holds()) return;
        this.#listeners.delete(listener);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#listeners.delete(listener);
        reject(new Error(`Waited ${timeoutMs} ms in vain for ${what}.\n${this.#stderr}`));
      }, timeoutMs);
      this.#listeners.add(listener);
    });
  }

  #ask<T>(op: string, parameters: object): Promise<T> {
    const id = ++this.#requests;
    return new Promise<T>((resolve, reject) => {
      this.#answers.set(id, { resolve, reject });
      this.#bridge.stdin!.write(`${JSON.stringify({ id, op, ...parameters })}\n`);
    });
  }

  #read(line: string): void {
    const read = JSON.parse(line) as BridgeLine;
    if ("message" in read) {
      const { channel, message } = read;
      this.#keep({
        channel,
        type: message.header.msg_type,
        id: message.header.msg_id,
        parent: message.parent_header.msg_id,
        metadata: message.metadata,
        content: message.content,
        buffers: message.buffers.map((base64) => Buffer.from(base64, "base64")),
        at: performance.now(),
      });
      for (const listener of [...this.#listeners]) listener();
      return;
    }
    const answer = this.#answers.get(read.id);
    this.#answers.delete(read.id);
    if (read.error === undefined) answer?.resolve(read.result as never);
    else answer?.reject(new Error(read.error));
  }

  #keep(message: JupyterMessage): void {
    this.messages.push(message);
    if (message.parent === undefined) return;
    if (message.type === "status" && message.content.execution_state === "idle")
      this.#idle.set(message.parent, message);
    if (message.type.endsWith("_reply")) this.#replies.set(message.parent, message);
  }
}
