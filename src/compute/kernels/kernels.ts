import { instantiate, WebAssembly, type WasmExports, type WasmMemory, type WasmModule } from "./web-assembly";

/** A function of the compiled kernels: called for items `begin` to `end` with the scratch memory of the calling thread. */
export type Kernel = (begin: number, end: number, scratch: number, ...args: number[]) => void;

/** A loop over items, in pieces. */
export interface Loop {
  /** Name of the exported kernel. */
  kernel: string;
  /** Items 0 to count - 1. */
  count: number;
  /** Items of one piece; a piece should take some milliseconds at most. */
  grain: number;
  /** Bytes of scratch memory for each thread. Defaults to 0. */
  scratchBytes?: number;
  /** What the kernel gets after begin, end and scratch: numbers and addresses. */
  args: readonly number[];
}

/** Spreads the pieces of a loop over threads, the calling one among them, and returns when all are done. */
export interface Team {
  readonly threads: number;
  run(loop: Loop, scratch: number, scratchBytes: number): void;
}

const PAGE = 65536;
/** Arrays start on cache lines, so that threads that write neighbouring arrays do not wait for each other. */
const ALIGNMENT = 64;

/**
 * The compiled kernels with their memory: arrays are allocated as on a stack, and loops run on every thread of the team.
 *
 * Each item of a loop writes only what belongs to it, so that results do not depend on the number of threads. Nothing here depends on the
 * platform; who makes the team does.
 */
export class Kernels {
  private top = ALIGNMENT;

  /**
   * @param exports the instance of the calling thread
   * @param memory what it imported
   */
  constructor(
    readonly exports: WasmExports,
    readonly memory: WasmMemory,
    private readonly team: Team,
  ) {}

  get threads(): number {
    return this.team.threads;
  }

  /** Address of new memory, filled with whatever was there. @throws RangeError when 4 GiB are not enough */
  allocate(bytes: number): number {
    const address = this.top;
    this.top = Math.ceil((address + bytes) / ALIGNMENT) * ALIGNMENT;
    const missing = this.top - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE));
    return address;
  }

  /** Runs `work` and takes back all that it allocated. */
  scoped<Result>(work: () => Result): Result {
    const { top } = this;
    try {
      return work();
    } finally {
      this.top = top;
    }
  }

  /** Copies values into new memory; returns its address. */
  put(values: Float32Array | Float64Array | Int32Array | Uint32Array | Int16Array | Uint8Array): number {
    const address = this.allocate(values.byteLength);
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    new Uint8Array(this.memory.buffer).set(bytes, address);
    return address;
  }

  /** Views of the memory. They go stale when something is allocated: take them when they are needed. */
  float32(address: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, length);
  }
  float64(address: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, address, length);
  }
  int32(address: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, address, length);
  }

  /** Runs a loop on all threads. */
  run(loop: Loop): void {
    if (loop.count <= 0) return;
    const scratchBytes = Math.ceil((loop.scratchBytes ?? 0) / ALIGNMENT) * ALIGNMENT;
    this.scoped(() => this.team.run(loop, this.allocate(scratchBytes * this.team.threads), scratchBytes));
  }
}

/** A team of the calling thread alone. */
export function soloTeam(exports: WasmExports): Team {
  return {
    threads: 1,
    run({ kernel, count, grain, args }, scratch) {
      for (let begin = 0; begin < count; begin += grain)
        exports[kernel](begin, Math.min(count, begin + grain), scratch, ...args);
    },
  };
}

/** The kernels on the calling thread alone, in memory that is not shared: wherever there is WebAssembly. */
export function soloKernels(module: WasmModule): Kernels {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536 });
  const exports = instantiate(module, memory);
  return new Kernels(exports, memory, soloTeam(exports));
}
