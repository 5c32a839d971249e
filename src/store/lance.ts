/**
 * Lance tables, in the storage format that Latent Scope 1.0 writes. Loading the native library takes a quarter of a second and Arrow
 * conversion is synchronous: call these in a worker thread.
 */
import { access, mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { connect } from "@lancedb/lancedb";
import {
  type Data,
  type DataType,
  Field,
  FixedSizeList,
  Float32,
  type Float64,
  Int64,
  List,
  makeData,
  Schema,
  Table,
  tableFromIPC,
  Vector,
  type Int32,
} from "apache-arrow";
import pl from "nodejs-polars";
import { LatentScopeError } from "../scope";
import { writeAtomically } from "./atomic";
import { damagedFile } from "./json";
import { listParts } from "./lists";
import { kindOf, readParquetRows } from "./parquet";

/** Rows of vectors, one after the other. */
export interface Vectors {
  readonly values: Float32Array;
  readonly rows: number;
  readonly dimensions: number;
}

/** Rows of one write, so that the Arrow buffers of a large table do not double its memory. */
const CHUNK_ROWS = 20_000;

/**
 * Writes `emb-embedding-NNN`: `ls_index` int64 and `vector` fixed_size_list<float32>[dimensions]. Without an index, because search in a
 * table without one is exact. A table of this name is replaced; a reader never sees half a table.
 * @param folder the dataset's folder `lancedb`
 * @param checkpoint called between parts; what it throws ends the work and leaves no table
 */
export async function writeVectorTable(
  folder: string,
  name: string,
  vectors: Vectors,
  checkpoint = proceed,
): Promise<void> {
  await writeTable(folder, name, vectors.rows, checkpoint, (from, to) =>
    tableOf({ ls_index: indices(from, to), vector: slice(vectors, from, to) }),
  );
}

/**
 * Writes the table of a scope: the columns of a parquet file, `scopes-NNN-input.parquet`, and the vectors. The file is read in parts, as the table is
 * written.
 */
export async function writeScopeTable(
  folder: string,
  name: string,
  file: string,
  vectors: Vectors,
  checkpoint = proceed,
): Promise<void> {
  await writeTable(folder, name, vectors.rows, checkpoint, async (from, to) => {
    const rows = await readParquetRows(file, from, to - from);
    if (rows.height !== to - from) throw damagedFile(file, `it has ${from + rows.height} rows and not ${vectors.rows}`);
    return tableOf({ ...arrowColumns(rows), vector: slice(vectors, from, to) });
  });
}

/**
 * The columns of a frame as Arrow's, by the names that they have in Lance. Each comes as a stream of its own, whole: apache-arrow 18.1 cannot write a
 * slice of a column of text of polars (https://github.com/apache/arrow/issues/35780), nor read its lists, which have 64-bit offsets and are
 * put together again from their lengths and values.
 */
function arrowColumns(frame: pl.DataFrame): Record<string, Vector> {
  const names = lanceNames(frame.columns);
  const columns = frame.columns.map((name, i) => {
    const column = frame.getColumn(name);
    if (kindOf(column) !== "List") return [names[i], arrowColumn(column)] as const;
    const { lengths, values } = listParts(column);
    return [names[i], listsOf(arrowColumn(lengths) as Vector<Int32>, arrowColumn(values))] as const;
  });
  return Object.fromEntries(columns);
}

function arrowColumn(column: pl.Series): Vector<DataType> {
  const stream = pl.DataFrame([column.rechunk()]).writeIPCStream({ compression: "uncompressed" });
  return tableFromIPC(stream).getChildAt<DataType>(0)!;
}

/** Lance takes no dot in the name of a column. */
function lanceNames(names: readonly string[]): string[] {
  const taken = new Set(names);
  return names.map((name) => {
    let plain = name.replaceAll(".", "_");
    while (plain !== name && taken.has(plain)) plain += "_";
    taken.add(plain);
    return plain;
  });
}

/** A column of lists from their lengths and values. */
function listsOf(lengths: Vector<Int32>, values: Vector<DataType>): Vector<List> {
  const valueOffsets = new Int32Array(lengths.length + 1);
  const nullBitmap = new Uint8Array(Math.ceil(lengths.length / 8));
  let nullCount = 0;
  for (let row = 0; row < lengths.length; row++) {
    const length = lengths.get(row);
    valueOffsets[row + 1] = valueOffsets[row] + (length ?? 0);
    if (length === null) nullCount++;
    else nullBitmap[row >> 3] |= 1 << (row & 7);
  }
  const type = new List(new Field("item", values.type, true));
  return new Vector([
    makeData({ type, length: lengths.length, nullCount, nullBitmap, valueOffsets, child: inOnePiece(values) }),
  ]);
}

/** Numbers in one piece of memory: a long column comes in several. */
function inOnePiece(values: Vector<DataType>): Data {
  const [first, ...more] = values.data;
  if (!more.length) return first;
  const numbers = values.data.map((part) => (part.values as Float64Array).subarray(0, part.length));
  const whole = new (numbers[0].constructor as Float64ArrayConstructor)(values.length);
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 8));
  let at = 0;
  for (const [i, part] of values.data.entries()) {
    whole.set(numbers[i], at);
    for (let k = 0; k < part.length; k++, at++) if (part.getValid(k)) nullBitmap[at >> 3] |= 1 << (at & 7);
  }
  const { length, nullCount } = values;
  return makeData({ type: values.type as Float64, length, nullCount, nullBitmap, data: whole });
}

/** Reads the vectors of a table, by `ls_index`, into shared memory. @throws LatentScopeError `damaged-file` */
export async function readVectorTable(folder: string, name: string, checkpoint = proceed): Promise<Vectors> {
  const database = await connect(folder);
  try {
    const table = await database.openTable(name);
    const rows = await table.countRows();
    let result: (Vectors & { values: Float32Array }) | undefined;
    let seen = 0;
    for await (const batch of table.query().select(["ls_index", "vector"])) {
      checkpoint();
      const index = batch.getChild("ls_index");
      const vector = batch.getChild("vector");
      if (!index || !vector || !(vector.type instanceof FixedSizeList))
        throw new Error("columns ls_index and vector are missing");
      const dimensions = vector.type.listSize;
      result ??= { values: new Float32Array(new SharedArrayBuffer(rows * dimensions * 4)), rows, dimensions };
      let row = 0;
      // straight from the buffers: a vector object for each row would take ten times as long
      for (const part of vector.data) {
        const numbers = part.children[0].values as Float32Array;
        for (let i = 0; i < part.length; i++, row++, seen++) {
          const target = Number(index.get(row));
          if (!(target >= 0 && target < rows)) throw new Error(`ls_index ${target} is out of range`);
          const from = (part.offset + i) * dimensions;
          result.values.set(numbers.subarray(from, from + dimensions), target * dimensions);
        }
      }
    }
    if (!result || seen !== rows) throw new Error(`${seen} of ${rows} rows could be read`);
    return result;
  } catch (error) {
    if (error instanceof LatentScopeError) throw error;
    const file = path.join(folder, `${name}.lance`);
    const hdf5 = path.join(folder, "..", "embeddings", `${name.replace(/^emb-/, "")}.h5`);
    if (!(await exists(file)) && (await exists(hdf5)))
      throw new LatentScopeError(
        "unsupported-input",
        `The vectors are in ${hdf5}, as Latent Scope wrote them before version 1.0; they are read from LanceDB tables only. Convert them once: open ` +
          "the dataset in Latent Scope 1.0 and choose “Migrate to LanceDB” for this embedding. Or run again here, which embeds the texts anew.",
        { cause: error },
      );
    throw new LatentScopeError(
      "damaged-file",
      `The vectors in ${file} cannot be read: ${String(error)}. Delete the folder to have them made again.`,
      {
        cause: error,
      },
    );
  } finally {
    database.close();
  }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

const proceed = (): void => undefined;

async function writeTable(
  folder: string,
  name: string,
  rows: number,
  checkpoint: () => void,
  part: (from: number, to: number) => Table | Promise<Table>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeAtomically(path.join(folder, `${name}.lance`), async (temporary) => {
    const workshop = `${temporary}.d`;
    try {
      const database = await connect(workshop);
      const table = await database.createTable(name, await part(0, Math.min(rows, CHUNK_ROWS)));
      for (let from = CHUNK_ROWS; from < rows; from += CHUNK_ROWS) {
        checkpoint();
        await table.add(await part(from, Math.min(rows, from + CHUNK_ROWS)));
      }
      if (rows > CHUNK_ROWS) await table.optimize({ cleanupOlderThan: new Date() });
      checkpoint();
      table.close();
      database.close();
      await rename(path.join(workshop, `${name}.lance`), temporary);
    } finally {
      await rm(workshop, { recursive: true, force: true });
    }
  });
}

function indices(from: number, to: number): Vector {
  const data = BigInt64Array.from({ length: to - from }, (_, i) => BigInt(from + i));
  return new Vector([makeData({ type: new Int64(), length: data.length, nullCount: 0, data })]);
}

function slice({ values, dimensions }: Vectors, from: number, to: number): Vector {
  const data = values.subarray(from * dimensions, to * dimensions);
  const child = makeData({ type: new Float32(), length: data.length, data });
  const type = new FixedSizeList(dimensions, new Field("item", new Float32(), true));
  return new Vector([makeData({ type, length: to - from, nullCount: 0, child })]);
}

/** A table whose columns are all nullable, as Latent Scope's are. */
function tableOf(columns: Record<string, Vector | null>): Table {
  const present = Object.entries(columns).filter((entry): entry is [string, Vector] => entry[1] !== null);
  const schema = new Schema(present.map(([name, vector]) => new Field(name, vector.type, true)));
  return new Table(schema, Object.fromEntries(present));
}
