/**
 * Elements of typed arrays, for loops that stay within their array. Past its end an element is 0: this answers the
 * compiler, which asks at every index, at no cost. There is one function for each kind of array, so that the engine
 * compiles each for that kind alone.
 */
export function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}

export function floatAt(floats: Float32Array, index: number): number {
  return floats[index] ?? 0;
}

export function wordAt(words: Int32Array, index: number): number {
  return words[index] ?? 0;
}
