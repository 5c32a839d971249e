// Arrays of 32-bit integers in memory.

// @ts-ignore: decorator
@inline
export function int(address: usize, i: i32): i32 {
  return load<i32>(address + (<usize>i << 2));
}

// @ts-ignore: decorator
@inline
export function setInt(address: usize, i: i32, value: i32): void {
  store<i32>(address + (<usize>i << 2), value);
}
