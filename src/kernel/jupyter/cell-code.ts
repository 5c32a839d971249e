/** The code of cells as it was run, by which a stack frame is shown: the compiler's line numbers are not those of the notebook. */

/** Cells remembered; frames of older ones are shown without their code. */
const LIMIT = 500;

interface CellCode {
  readonly source: readonly string[];
  readonly output: readonly string[];
}

const cells = new Map<string, CellCode>();

/** Remembers a cell. `name` is the file name in its stack frames. */
export function rememberCell(name: string, source: string, output: string): void {
  cells.set(name, { source: source.split("\n"), output: output.split("\n") });
  if (cells.size > LIMIT) cells.delete(cells.keys().next().value!);
}

/**
 * What a frame at `line` (from 1) of a remembered cell looks like: "line 3: foo(df)", or without the number when the compiler has rewritten that
 * line. Undefined when the line is not the reader's but of the wrapper that tslab puts around the cell, or the cell is not known.
 */
export function describeCellLine(name: string, line: number): string | undefined {
  const cell = cells.get(name);
  const compiled = cell?.output[line - 1];
  if (!cell || compiled === undefined) return undefined;
  const wanted = comparable(compiled);
  const matches = cell.source.flatMap((text, i) => (comparable(text) === wanted ? [i] : []));
  return matches.length === 1
    ? `line ${matches[0] + 1}: ${cell.source[matches[0]].trim()}`
    : compiled.replace(/\bexports\.(?:tsLastExpr\d* = )?/g, "").trim();
}

/** The same for a line of the source and what the compiler makes of it, as long as it only formats. */
function comparable(line: string): string {
  return line
    .replace(/\bexports\.(?:tsLastExpr\d* = )?/g, "")
    .replace(/[\s;]|^(?:const|let|var)\b/g, "")
    .replaceAll("'", '"');
}
