/** Errors of cells as Jupyter's `error` messages: name, message, and a traceback without internals. */
import path from "node:path";
import { inspect } from "node:util";
import { describeCellLine } from "./cell-code";

/** Content of an `error` message. */
export interface CellError {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** What tslab's executor says about a failed cell: what was thrown, or a text that it prints. */
export type Complaint = { readonly thrown: unknown } | { readonly text: string };

/** Frames shown of one traceback. */
const MAX_FRAMES = 10;
/** Depth of a chain of causes. */
const MAX_CAUSES = 3;

/** Our own files; a stack frame there tells the reader of a notebook nothing. */
const LIBRARY = path.resolve(__dirname, "..", "..");
const TSLAB_FRAME = /[\\/]tslab[\\/]dist[\\/]/;
/** File name of all cells in a stock kernel; ours have one each. */
const STOCK_CELL = "evalmachine.<anonymous>";
const CELL_FRAME = /(evalmachine\.<anonymous>|cell-\d+\.ts):(\d+):\d+/;
const DIAGNOSTIC = /^(?:(\S+) )?(\d+):(\d+) - ([\s\S]*)$/;
/** Node puts the line in question in front of an error: file and line, code, and carets. */
const DECORATION = /^evalmachine\.<anonymous>:\d+\n[^\n]*\n *\^+\n\n/;
/** How node prints an error: "Name [CODE]: message". */
const PRINTED_ERROR = /^(?:Uncaught )?([\w$.]+(?: \[[\w-]+\])?): ([\s\S]*)$/;

/** Turns what the executor said into one error. `source` is the cell's code. */
export function cellError(complaints: readonly Complaint[], source: string): CellError {
  const thrown = complaints.find((complaint) => "thrown" in complaint);
  if (thrown) return fromThrown(thrown.thrown);
  const texts = complaints.flatMap((complaint) => ("text" in complaint ? [complaint.text.trimEnd()] : []));
  return texts.every((text) => DIAGNOSTIC.test(text)) && texts.length > 0
    ? fromDiagnostics(texts, source)
    : fromPrinted(texts.join("\n"));
}

/** The error message of something that was thrown; anything may be. */
export function fromThrown(thrown: unknown): CellError {
  if (!(thrown instanceof Error)) return build("Uncaught", inspect(thrown), []);
  const { ename, evalue } = describe(thrown);
  const lines = isInterrupt(thrown.message) ? [] : framesOf(thrown, ename.startsWith("LatentScopeError"));
  let cause = thrown.cause;
  for (let depth = 0; cause !== undefined && depth < MAX_CAUSES; depth++) {
    const known = cause instanceof Error ? describe(cause) : { ename: "a value", evalue: inspect(cause) };
    lines.push(`caused by ${known.ename}: ${known.evalue}`);
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return build(ename, evalue, lines);
}

function describe(error: Error): { ename: string; evalue: string } {
  if (isInterrupt(error.message)) return { ename: "Interrupted", evalue: "The cell was interrupted." };
  const { code } = error as { code?: unknown };
  const ename = error.name === "LatentScopeError" && typeof code === "string" ? `${error.name} [${code}]` : error.name;
  return { ename: String(ename), evalue: String(error.message) };
}

/** tslab's own error for a cell that awaits, and node's for one that computes. */
function isInterrupt(message: string): boolean {
  return message === "Interrupted asynchronously" || message.startsWith("Script execution was interrupted");
}

/** The compiler's complaints, each "line:column - message", with the line that is meant. */
function fromDiagnostics(texts: readonly string[], source: string): CellError {
  const code = source.split("\n");
  const lines = texts.flatMap((text) => {
    const [, file, line, column, message] = DIAGNOSTIC.exec(text) ?? [];
    const place = `    at ${file ?? "cell"}:${line}:${column}`;
    const shown = file ? undefined : code[Number(line) - 1];
    return [`${message}`, place, ...(shown === undefined ? [] : [`    ${shown.trim()}`])];
  });
  return {
    ename: "TypeScriptError",
    evalue: lines[0],
    traceback: [red(`TypeScriptError: ${lines[0]}`), ...lines.slice(1)],
  };
}

/** What node has printed of an error, where the error itself is out of reach. */
function fromPrinted(printed: string): CellError {
  const text = printed.replace(DECORATION, "");
  const stackStart = text.indexOf("\n    at ");
  const head = stackStart < 0 ? text : text.slice(0, stackStart);
  const rest = stackStart < 0 ? "" : text.slice(stackStart + 1);
  const [, name, message] = PRINTED_ERROR.exec(head) ?? [undefined, "Uncaught", head];
  if (isInterrupt(message)) return fromThrown(new Error(message));
  const own = name === "LatentScopeError";
  const code = own ? /^ {2}code: '([\w-]+)'/m.exec(rest)?.[1] : undefined;
  return build(code ? `${name} [${code}]` : name, message, visibleFrames(rest.split("\n"), own));
}

function framesOf(error: Error, onlyCells: boolean): string[] {
  return visibleFrames((error.stack ?? "").split("\n"), onlyCells);
}

/** Frames of the reader's own code, and unless `onlyCells` also of packages; where tslab called it from is not theirs any more. */
function visibleFrames(lines: readonly string[], onlyCells: boolean): string[] {
  const frames = lines.filter((line) => /^ {4}at /.test(line));
  const kernel = frames.findIndex((frame) => TSLAB_FRAME.test(frame));
  return frames
    .slice(0, kernel < 0 ? undefined : kernel)
    .flatMap((frame) => {
      if (/\(?node:/.test(frame) || frame.includes(LIBRARY)) return [];
      if (CELL_FRAME.test(frame)) return cellFrame(frame) ?? [];
      return onlyCells ? [] : [frame];
    })
    .slice(0, MAX_FRAMES);
}

/** A frame of a cell with its code, where that is known; undefined for tslab's wrapper around the cell. */
function cellFrame(frame: string): string | undefined {
  const [, name, line] = CELL_FRAME.exec(frame) ?? [];
  if (name === STOCK_CELL) return frame.replace(STOCK_CELL, "cell");
  const described = describeCellLine(name, Number(line));
  const called = /^ {4}at (.+) \(/.exec(frame)?.[1];
  return described && `    at ${called ? `${called}, ` : ""}cell ${/\d+/.exec(name)?.[0]}, ${described}`;
}

function build(ename: string, evalue: string, lines: readonly string[]): CellError {
  return { ename, evalue, traceback: [red(`${ename}: ${evalue}`), ...lines] };
}

function red(text: string): string {
  return `\u001b[31m${text}\u001b[39m`;
}
