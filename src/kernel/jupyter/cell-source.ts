/** What tslab 1.0.22 gets wrong about a cell's source, put right around its `convert`. */
import type ts from "typescript";

type TypeScript = typeof ts;

/** Text inserted into a source. */
export interface Insertion {
  /** Offset in the original source. */
  readonly at: number;
  readonly text: string;
}

/** A cell's source as tslab is to see it. */
export interface PreparedSource {
  readonly source: string;
  readonly insertions: readonly Insertion[];
  /** tslab sees `await f()` but neither `await (f())` nor `for await`. */
  readonly hasTopLevelAwait: boolean;
}

/** tslab compiles cells as modules; only in those is a top-level `await (…)` more than a call. */
const MODULE_PREFIX = "export {};\n";

/**
 * Writes shorthand properties out (`{ df }` as `{ df: df }`; tslab does not see that it names a variable of an earlier cell) and looks for
 * top-level await.
 */
export function prepareSource(typescript: TypeScript, source: string): PreparedSource {
  const file = typescript.createSourceFile(
    "cell.ts",
    MODULE_PREFIX + source,
    typescript.ScriptTarget.ES2022,
    /* setParentNodes */ false,
  );
  const insertions: Insertion[] = [];
  let hasTopLevelAwait = false;
  function walk(node: ts.Node, topLevel: boolean): void {
    if (typescript.isShorthandPropertyAssignment(node)) {
      insertions.push({ at: node.name.end - MODULE_PREFIX.length, text: `: ${node.name.text}` });
    }
    if (topLevel && isAwait(typescript, node)) hasTopLevelAwait = true;
    const inside = topLevel && !startsFunction(typescript, node);
    typescript.forEachChild(node, (child) => walk(child, inside));
  }
  walk(file, true);
  return { source: insertAll(source, insertions), insertions, hasTopLevelAwait };
}

/** Where in the original source a place in the prepared source is. Lines are the same. */
export function originalOffset(insertions: readonly Insertion[], offset: number): number {
  let before = 0;
  for (const { at, text } of insertions) {
    if (at + before >= offset) break;
    before += Math.min(text.length, offset - (at + before));
  }
  return offset - before;
}

function insertAll(source: string, insertions: readonly Insertion[]): string {
  let result = "";
  let from = 0;
  for (const { at, text } of insertions) {
    result += source.slice(from, at) + text;
    from = at;
  }
  return result + source.slice(from);
}

function isAwait(typescript: TypeScript, node: ts.Node): boolean {
  return typescript.isAwaitExpression(node) || (typescript.isForOfStatement(node) && node.awaitModifier !== undefined);
}

/** Whether an await inside the node is not that of the cell. */
function startsFunction(typescript: TypeScript, node: ts.Node): boolean {
  return (
    typescript.isFunctionLike(node) ||
    typescript.isPropertyDeclaration(node) ||
    typescript.isClassStaticBlockDeclaration(node)
  );
}
