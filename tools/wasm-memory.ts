/** The magic number and the version. */
const HEADER_BYTES = 8;
const MEMORY_SECTION = 5;
const HAS_MAXIMUM = 1;
const PAGES_PER_MIB = 16;

/**
 * The module with a maximum of memory in place of its own: growing beyond it fails (WebAssembly core specification
 * §5.5.8). Throws where it has not exactly one memory of its own, of 32 bits.
 */
export function limitMemory(wasm: Uint8Array, mib: number): Buffer {
  let offset = HEADER_BYTES;
  while (offset < wasm.length) {
    const size = readLeb(wasm, offset + 1);
    const end = size.next + size.value;
    if (wasm[offset] !== MEMORY_SECTION) {
      offset = end;
      continue;
    }
    const flags = wasm[size.next + 1] ?? 0;
    if (wasm[size.next] !== 1 || flags > HAS_MAXIMUM)
      throw new Error("The module's memory is of a kind unknown here");
    const { value: minimum } = readLeb(wasm, size.next + 2);
    const limits = [1, HAS_MAXIMUM, ...writeLeb(minimum), ...writeLeb(mib * PAGES_PER_MIB)];
    const section = [MEMORY_SECTION, ...writeLeb(limits.length), ...limits];
    return Buffer.concat([wasm.subarray(0, offset), Buffer.from(section), wasm.subarray(end)]);
  }
  throw new Error("The module has no memory of its own");
}

/** An unsigned LEB128 number, and where it ends. */
function readLeb(bytes: Uint8Array, from: number): { value: number; next: number } {
  let value = 0;
  let next = from;
  for (let scale = 1, more = true; more; scale *= 128) {
    const byte = bytes[next++] ?? 0;
    value += (byte & 127) * scale;
    more = byte > 127;
  }
  return { value, next };
}

function writeLeb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...writeLeb(Math.floor(value / 128))];
}
