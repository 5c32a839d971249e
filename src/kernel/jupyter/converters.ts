/** tslab's compilers of cells, with our repairs around them. */
import type ts from "typescript";
import { rememberCell } from "./cell-code";
import { originalOffset, prepareSource, type Insertion } from "./cell-source";

export interface DiagnosticPosition {
  readonly offset: number;
  readonly line: number;
  readonly character: number;
}

export interface Diagnostic {
  readonly start: DiagnosticPosition;
  readonly end: DiagnosticPosition;
  /** Of an in-memory module; absent for the cell itself. */
  readonly fileName?: string;
}

export interface Converted {
  readonly output?: string;
  readonly hasToplevelAwait?: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

export interface Converter {
  convert(previousDeclarations: string, source: string): Converted;
  close(): void;
}

export type CreateConverter = (options: { isJS: boolean; isBrowser: boolean }) => Converter;

/** The set that tslab's executor asks for; the same as in tslab's main.js, which does not export it. */
export class Converters {
  readonly node: Converter;
  readonly #create: CreateConverter;
  #browser: Converter | undefined;

  /** `cellNumber`: the execution count of the cell that is being converted. */
  constructor(create: CreateConverter, typescript: typeof ts, cellNumber: () => number) {
    this.#create = create;
    this.node = repaired(create({ isJS: false, isBrowser: false }), typescript, cellNumber);
  }

  /** For `%%browser` cells; made when the first one comes, as it takes a second. */
  get browser(): Converter {
    return (this.#browser ??= this.#create({ isJS: false, isBrowser: true }));
  }

  close(): void {
    this.node.close();
    this.#browser?.close();
  }
}

function repaired(converter: Converter, typescript: typeof ts, cellNumber: () => number): Converter {
  return {
    ...converter,
    convert(previousDeclarations, cell) {
      const { source, insertions, hasTopLevelAwait } = prepareSource(typescript, cell);
      const converted = converter.convert(previousDeclarations, source);
      const name = `cell-${cellNumber()}.ts`;
      if (converted.output !== undefined) rememberCell(name, cell, converted.output);
      return {
        ...converted,
        // A name for stack frames; without it all cells are "evalmachine.<anonymous>".
        output: converted.output && `${converted.output}\n//# sourceURL=${name}`,
        hasToplevelAwait: converted.hasToplevelAwait || hasTopLevelAwait,
        diagnostics: converted.diagnostics.map((diagnostic) => atOriginal(diagnostic, insertions)),
      };
    },
  };
}

function atOriginal(diagnostic: Diagnostic, insertions: readonly Insertion[]): Diagnostic {
  if (diagnostic.fileName !== undefined || insertions.length === 0) return diagnostic;
  const move = (position: DiagnosticPosition): DiagnosticPosition => {
    const offset = originalOffset(insertions, position.offset);
    // Insertions stay within a line, so the columns before it are those between line start and offset.
    const lineStart = originalOffset(insertions, position.offset - position.character);
    return { offset, line: position.line, character: offset - lineStart };
  };
  return { ...diagnostic, start: move(diagnostic.start), end: move(diagnostic.end) };
}
