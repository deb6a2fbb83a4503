/** Random numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seedRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const extremes = [0, 1, 2, 0x7f, 0x80, 0xff];
/** The bytes in which files state their type and size. */
const HEAD_BYTES = 64;

/** Makes one to four changes to a file: flips bits, sets extreme bytes and sizes, drops, doubles or cuts off pieces. */
export function mutateFile(file: Uint8Array, random: () => number): Uint8Array {
  let bytes = file.slice();
  const changes = 1 + Math.floor(random() * 4);
  for (let change = 0; change < changes && bytes.length > 0; change++) bytes = changeOnce(bytes, random);
  return bytes;
}

function changeOnce(bytes: Uint8Array<ArrayBuffer>, random: () => number): Uint8Array<ArrayBuffer> {
  const pick = (count: number): number => Math.floor(random() * count);
  // Half of the changes are in the head, where they have the most effect.
  const at = pick(random() < 0.5 ? Math.min(HEAD_BYTES, bytes.length) : bytes.length);
  const length = 1 + pick(random() < 0.8 ? 8 : bytes.length);
  const kind = pick(8);
  if (kind < 2) {
    bytes[at] = (bytes[at] ?? 0) ^ (1 << pick(8));
  } else if (kind === 2) {
    bytes[at] = pick(256);
  } else if (kind < 5) {
    const width = 1 << pick(3);
    const value = extremes[pick(extremes.length)] ?? 0;
    bytes.fill(value, at, at + width);
  } else if (kind === 5) {
    return joinBytes(bytes.subarray(0, at), bytes.subarray(at + length));
  } else if (kind === 6) {
    return joinBytes(bytes.subarray(0, at + length), bytes.subarray(at));
  } else if (random() < 0.3) {
    return bytes.slice(0, at);
  }
  return bytes;
}

function joinBytes(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
