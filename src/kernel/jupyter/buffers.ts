/**
 * Binary values in widget state: they leave the JSON and travel as buffers, with the paths where they belong.
 * https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/messages.md
 */

/** Path of a binary value in a state. */
export type BufferPath = readonly (string | number)[];

/** A state whose binary values have been taken out. */
export interface SplitState {
  readonly state: Record<string, unknown>;
  readonly buffers: readonly ArrayBufferView[];
  readonly paths: readonly BufferPath[];
}

/** Takes the binary values out. As the protocol says, an object's entry disappears, a list's entry becomes null. */
export function removeBuffers(state: object): SplitState {
  const buffers: ArrayBufferView[] = [];
  const paths: BufferPath[] = [];

  function walk(value: unknown, path: BufferPath): unknown {
    if (Array.isArray(value)) return walkArray(value, path);
    return isPlainObject(value) ? walkObject(value, path) : value;
  }
  // Copies only what holds a binary value: states are large, and most of them are plain numbers and strings.
  function walkArray(list: readonly unknown[], path: BufferPath): readonly unknown[] {
    let copy: unknown[] | undefined;
    list.forEach((item, i) => {
      const kept = take(item, [...path, i]) ? null : walk(item, [...path, i]);
      if (kept !== item) (copy ??= [...list])[i] = kept;
    });
    return copy ?? list;
  }
  function walkObject(object: Record<string, unknown>, path: BufferPath): Record<string, unknown> {
    let copy: Record<string, unknown> | undefined;
    for (const [key, value] of Object.entries(object)) {
      if (take(value, [...path, key])) delete (copy ??= { ...object })[key];
      else {
        const kept = walk(value, [...path, key]);
        if (kept !== value) (copy ??= { ...object })[key] = kept;
      }
    }
    return copy ?? object;
  }
  function take(value: unknown, path: BufferPath): boolean {
    const view = asView(value);
    if (!view) return false;
    buffers.push(view);
    paths.push(path);
    return true;
  }

  return { state: walkObject(state as Record<string, unknown>, []), buffers, paths };
}

/** Puts buffers back where they belong. Changes and returns `state`. Throws when a path leads nowhere. */
export function putBuffers(
  state: Record<string, unknown>,
  paths: readonly BufferPath[],
  buffers: readonly ArrayBufferView[],
): Record<string, unknown> {
  if (paths.length !== buffers.length) {
    throw new Error(`Widget message with ${buffers.length} buffers for ${paths.length} paths.`);
  }
  paths.forEach((path, i) => {
    let holder: unknown = state;
    for (const key of path.slice(0, -1)) holder = ownEntry(holder, key);
    const last = path.at(-1);
    if (last === undefined || last === "__proto__" || typeof holder !== "object" || holder === null) {
      throw new Error(`Widget message with a buffer for ${JSON.stringify(path)}, which is not in its state.`);
    }
    (holder as Record<string | number, unknown>)[last] = buffers[i];
  });
  return state;
}

function ownEntry(holder: unknown, key: string | number): unknown {
  if (typeof holder !== "object" || holder === null || !Object.hasOwn(holder, key)) return undefined;
  return (holder as Record<string | number, unknown>)[key];
}

function asView(value: unknown): ArrayBufferView | undefined {
  if (ArrayBuffer.isView(value)) return value;
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return new Uint8Array(value);
  return undefined;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
