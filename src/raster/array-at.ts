/**
 * Elements, for loops that stay within their array: past its end they are 0. The compiler asks at every index what
 * happens there; this is the one answer, and it costs nothing. One function a kind of array: the engine compiles each
 * for that kind alone.
 */
export function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}

export function floatAt(floats: Float32Array, index: number): number {
  return floats[index] ?? 0;
}

export function doubleAt(doubles: Float64Array, index: number): number {
  return doubles[index] ?? 0;
}

export function wordAt(words: Int32Array, index: number): number {
  return words[index] ?? 0;
}

export function intAt(integers: Int16Array, index: number): number {
  return integers[index] ?? 0;
}
