import { createHash, randomBytes } from "node:crypto";
import { mkdir, open, readdir, rm, writeFile, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { crc32 } from "node:zlib";
import { writeError } from "./atomic";

const MAGIC = "LSVEC001";
const HEADER_BYTES = 16;
const HASH_BYTES = 16;
const READ_BYTES = 4 * 1024 * 1024;

/**
 * Vectors of texts that some run of a model has embedded, in any dataset of a data folder: what makes an interrupted run resume at its
 * last batch, and the same text cost nothing a second time.
 *
 * A folder per model holds segments, each written by one run only and only appended to: a header ("LSVEC001", dimensions as uint32, 4
 * bytes zero), then records of one size (16 bytes of the SHA-256 of the text, the vector as float32, CRC-32 of both; little-endian).
 * A record that a crash has torn is skipped. The folder can be deleted at any time.
 */
export class VectorCache {
  private segment: FileHandle | undefined;

  /**
   * @param dataDir the data folder
   * @param modelKey all that decides which vector a text gets: model, hash of the weights, options
   */
  constructor(
    dataDir: string,
    private readonly modelKey: string,
  ) {
    this.folder = path.join(
      dataDir,
      ".cache",
      "embeddings",
      createHash("sha256").update(modelKey).digest("hex").slice(0, 32),
    );
  }

  readonly folder: string;

  /**
   * Looks texts up and calls `found` with the position of each that is known.
   * @param texts their {@link textHash} and their positions
   * @param dimensions of the vectors; segments of another number are skipped. Undefined takes that of the first segment.
   * @returns the dimensions of the vectors found, or undefined when nothing was
   */
  async read(
    texts: ReadonlyMap<string, number>,
    dimensions: number | undefined,
    found: (position: number, vector: Float32Array) => void,
  ): Promise<number | undefined> {
    const segments = (await readdir(this.folder).catch(() => [])).filter((name) => name.endsWith(".vectors")).sort();
    if (!segments.length) return undefined;
    const wanted = new Map(texts);
    let size = dimensions;
    for (const segment of segments) {
      for await (const { hash, vector } of records(path.join(this.folder, segment))) {
        if (vector.length !== (size ?? vector.length)) break;
        const position = wanted.get(hash);
        if (position === undefined) continue;
        size ??= vector.length;
        wanted.delete(hash);
        found(position, vector);
      }
      if (!wanted.size) break;
    }
    return size;
  }

  /** Appends the vectors of some texts, one after the other in `vectors`. @throws LatentScopeError `data-dir-not-writable` */
  async append(texts: readonly string[], vectors: Float32Array, dimensions: number): Promise<void> {
    const recordBytes = HASH_BYTES + dimensions * 4 + 4;
    const buffer = Buffer.alloc(texts.length * recordBytes);
    const bytes = Buffer.from(vectors.buffer, vectors.byteOffset, vectors.byteLength);
    texts.forEach((text, i) => {
      const record = buffer.subarray(i * recordBytes, (i + 1) * recordBytes);
      record.write(textHash(text), "latin1");
      bytes.copy(record, HASH_BYTES, i * dimensions * 4, (i + 1) * dimensions * 4);
      record.writeUInt32LE(crc32(record.subarray(0, -4)), recordBytes - 4);
    });
    try {
      this.segment ??= await this.newSegment(dimensions);
      await this.segment.appendFile(buffer);
    } catch (error) {
      throw writeError(this.folder, error);
    }
  }

  /** Flushes and closes the segment of this run. */
  async close(): Promise<void> {
    const { segment } = this;
    this.segment = undefined;
    try {
      await segment?.datasync();
    } finally {
      await segment?.close();
    }
  }

  /** Removes all vectors of this model. */
  async clear(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private async newSegment(dimensions: number): Promise<FileHandle> {
    await mkdir(this.folder, { recursive: true });
    // for people who look into the folder
    await writeFile(path.join(this.folder, "model.txt"), `${this.modelKey}\n`);
    const stamp = new Date().toISOString().replace(/\D/g, "");
    const name = `${stamp}-${process.pid}-${randomBytes(4).toString("hex")}.vectors`;
    const segment = await open(path.join(this.folder, name), "ax");
    const header = Buffer.alloc(HEADER_BYTES);
    header.write(MAGIC, "latin1");
    header.writeUInt32LE(dimensions, MAGIC.length);
    await segment.appendFile(header);
    return segment;
  }
}

/** The sound records of a segment. */
async function* records(file: string): AsyncGenerator<{ hash: string; vector: Float32Array }> {
  const handle = await open(file, "r");
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    const { bytesRead } = await handle.read(header, 0, HEADER_BYTES, 0);
    if (bytesRead < HEADER_BYTES || header.toString("latin1", 0, MAGIC.length) !== MAGIC) return;
    const dimensions = header.readUInt32LE(MAGIC.length);
    const recordBytes = HASH_BYTES + dimensions * 4 + 4;
    const buffer = Buffer.alloc(Math.max(1, Math.floor(READ_BYTES / recordBytes)) * recordBytes);
    for (let position = HEADER_BYTES; ; position += buffer.length) {
      const { bytesRead: length } = await handle.read(buffer, 0, buffer.length, position);
      for (let end = recordBytes; end <= length; end += recordBytes) {
        const record = buffer.subarray(end - recordBytes, end);
        if (crc32(record.subarray(0, -4)) !== record.readUInt32LE(recordBytes - 4)) continue;
        // a copy, because the buffer is used again and a float32 view needs aligned bytes
        const vector = new Float32Array(
          record.buffer.slice(record.byteOffset + HASH_BYTES, record.byteOffset + recordBytes - 4),
        );
        yield { hash: record.toString("latin1", 0, HASH_BYTES), vector };
      }
      if (length < buffer.length) return;
    }
  } finally {
    await handle.close();
  }
}

/** What a text is known by: 16 bytes of its SHA-256, each a character. */
export function textHash(text: string): string {
  return createHash("sha256").update(text).digest().toString("latin1", 0, HASH_BYTES);
}
