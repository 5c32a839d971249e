/** The parts of tslab 1.0.22 that are used here, and where they are found in a running kernel. Its own types declare most of them private. */
import Module, { createRequire } from "node:module";
import path from "node:path";
import type { Socket, SocketClass } from "./send-queue";
import type { Header } from "./wire";

/** tslab's message; `content` is the very object that its handler gets. */
export interface TslabMessage {
  readonly header: Header;
  readonly content: object;
}

export interface ExecuteRequest {
  readonly code: string;
  readonly silent?: boolean;
  readonly store_history?: boolean;
  readonly stop_on_error?: boolean;
}

export interface ExecuteReply {
  readonly status: string;
  readonly execution_count?: number;
}

/** What tslab's handler throws when a cell fails (its class is not exported). */
export interface ExecutionCount {
  readonly count: number;
}

export type WriteStream = (name: string, text: string) => void;
export type WriteDisplayData = (data: object, update: boolean) => void;
export type Write = (buffer: string | Uint8Array, encoding?: BufferEncoding) => boolean;

type Execute<Result> = (
  this: TslabHandler,
  request: ExecuteRequest,
  stream: WriteStream,
  display: WriteDisplayData,
) => Promise<Result>;

export interface TslabServer {
  readonly iopub: Socket | undefined;
  readonly connInfo: { readonly key: string } | undefined;
  init: (this: TslabServer) => Promise<void>;
  close(): void;
  bindSocket(socket: Socket, port: number): Promise<void>;
  handleShellMessage: (this: TslabServer, socket: Socket, ...frames: Buffer[]) => Promise<void>;
  handleExecute: (this: TslabServer, socket: Socket, message: TslabMessage) => Promise<void>;
  publishStatus: (this: TslabServer, status: string, parent: TslabMessage) => void;
}

export interface TslabHandler {
  /** Number of cells that have started. */
  readonly execCount: number;
  handleKernel(): object;
  handleShutdown(request: { readonly restart?: boolean }): object;
  handleExecute: Execute<ExecuteReply>;
  handleExecuteImpl: Execute<ExecutionCount>;
  createWriteToIopub: (this: TslabHandler, name: "stdout" | "stderr", stream: WriteStream) => Write;
}

/** Exports of tslab/dist/jupyter.js. */
export interface TslabJupyter {
  readonly ZmqServer: { new (handler: TslabHandler, configPath: string): TslabServer; prototype: TslabServer };
  readonly JupyterHandlerImpl: { new (executor: TslabExecutor, isJs: boolean): TslabHandler; prototype: TslabHandler };
  /** Of the newest cell; null before the first. */
  readonly lastWriteDisplayData: WriteDisplayData | null;
}

export interface TslabExecutor {
  interrupt(): void;
}

/** Exports of zeromq that are used. */
export interface Zeromq {
  readonly Publisher: SocketClass;
  readonly Router: SocketClass;
}

/** One copy of tslab in this process. */
export interface LoadedTslab {
  readonly jupyter: TslabJupyter;
  readonly zeromq: Zeromq;
}

/** All copies of tslab that are loaded: a global one may have handed over to one in the notebook's folder. */
export function loadedTslabs(): LoadedTslab[] {
  const tail = path.join("tslab", "dist", "jupyter.js");
  const { _cache: cache } = Module as unknown as { _cache: Record<string, NodeJS.Module | undefined> };
  return Object.values(cache).flatMap((module) => {
    const jupyter = module?.exports as Partial<TslabJupyter> | undefined;
    if (!module?.filename?.endsWith(tail) || !jupyter?.ZmqServer) return [];
    return [{ jupyter: jupyter as TslabJupyter, zeromq: zeromqOf(module.filename) }];
  });
}

/** The zeromq that a file of tslab uses. */
export function zeromqOf(tslabFile: string): Zeromq {
  return createRequire(tslabFile)("zeromq") as Zeromq;
}

/** The connection file that a kernel was started with; undefined in any other process. */
export function connectionFile(argv: readonly string[] = process.argv): string | undefined {
  const option = "--config-path";
  const inline = argv.find((argument) => argument.startsWith(`${option}=`));
  if (inline) return inline.slice(option.length + 1);
  const index = argv.indexOf(option);
  return index < 0 ? undefined : argv[index + 1];
}
