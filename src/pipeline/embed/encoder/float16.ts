/** A tensor as onnxruntime returns it. */
interface FloatTensor {
  readonly type: string;
  readonly data: unknown;
}

/** The numbers of a tensor of float32 or float16. @throws Error for other types */
export function floatsOf({ type, data }: FloatTensor): Float32Array {
  if (type === "float32") return data as Float32Array;
  // the bits, where Node has no Float16Array
  if (type === "float16")
    return data instanceof Uint16Array
      ? Float32Array.from(data, float16)
      : Float32Array.from(data as ArrayLike<number>);
  throw new Error(`its vectors are of the type ${type}, not float32 or float16.`);
}

/** The number with these bits, by IEEE 754-2008, binary16. */
function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
