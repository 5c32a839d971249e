/*
 * The part of WebAssembly's JavaScript interface that is used here. TypeScript declares it only together with all of the browser's objects,
 * which code for Node must not see.
 */

/** Memory of instances; its buffer is replaced when it grows. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** Compiled code; threads share it. */
export type WasmModule = object;

/** Functions of an instance. */
export type WasmExports = Readonly<Record<string, (...args: number[]) => number>>;

interface Interface {
  compile(bytes: Uint8Array | ArrayBuffer): Promise<WasmModule>;
  Module: new (bytes: Uint8Array) => WasmModule;
  Memory: new (descriptor: { initial: number; maximum: number; shared?: boolean }) => WasmMemory;
  Instance: new (module: WasmModule, imports: { env: { memory: WasmMemory } }) => { readonly exports: WasmExports };
}

/** The interface as the platform has it. */
export const { WebAssembly } = globalThis as unknown as { WebAssembly: Interface };

/** The functions of an instance on the given memory. */
export function instantiate(module: WasmModule, memory: WasmMemory): WasmExports {
  return new WebAssembly.Instance(module, { env: { memory } }).exports;
}
