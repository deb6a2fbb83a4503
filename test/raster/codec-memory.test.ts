import { afterEach, describe, expect, it } from "vitest";
import { giveBackCodec, IDLE_BYTES_MAX, takeCodec } from "../../src/raster/pixel-codec/codec-instance.ts";

const MIB = 1024 * 1024;
/** `tools/compile-pixel-codec.ts` has it. */
const MEMORY_MAX = 64 * MIB;

describe("memory of the codec", () => {
  it("is allocated zeroed and aligned, also where a job before left something", () => {
    const codec = takeCodec();
    const first = codec.allocate(100);
    const second = codec.allocate(1);
    expect([first % 16, second % 16]).toEqual([0, 0]);
    expect(second).toBeGreaterThanOrEqual(first + 100);
    new Uint8Array(codec.memory.buffer, first, 100).fill(7);
    codec.resetMemory();
    expect(codec.allocate(100)).toBe(first);
    expect(new Uint8Array(codec.memory.buffer, first, 100).every((byte) => byte === 0)).toBe(true);
  });

  it("grows by what is asked for, and traps when it is full", () => {
    const codec = takeCodec();
    const at = codec.allocate(10 * MIB);
    expect(codec.memory.buffer.byteLength).toBeLessThan(11 * MIB);
    new Uint8Array(codec.memory.buffer, at, 10 * MIB).fill(1);
    codec.resetMemory();
    expect(codec.allocate(MEMORY_MAX - at)).toBe(at);
    expect(codec.memory.buffer.byteLength).toBe(MEMORY_MAX);
    expect(() => codec.allocate(1)).toThrow(WebAssembly.RuntimeError);
    codec.resetMemory();
    // The sum of address and size is past the end of the address space.
    for (const bytes of [MEMORY_MAX - at + 1, 0xffff_ffff]) {
      expect(() => codec.allocate(bytes)).toThrow(WebAssembly.RuntimeError);
    }
  });
});

describe("an instance of the codec", () => {
  afterEach(() => {
    // None that a test has given back is left for the next one.
    for (let taken = 0; taken < 4; taken++) takeCodec();
  });

  it("is taken again when it was given back, and only by one at a time", () => {
    const codec = takeCodec();
    giveBackCodec(codec);
    expect(takeCodec()).toBe(codec);
    expect(takeCodec()).not.toBe(codec);
  });

  it("is not kept if its memory has grown large, nor if there are enough", () => {
    const [small, large] = [takeCodec(), takeCodec()];
    small.memory.grow((IDLE_BYTES_MAX - small.memory.buffer.byteLength) / 65_536);
    large.memory.grow((IDLE_BYTES_MAX - large.memory.buffer.byteLength) / 65_536 + 1);
    giveBackCodec(large);
    giveBackCodec(small);
    expect(takeCodec()).toBe(small);
    const more = [takeCodec(), takeCodec(), takeCodec(), takeCodec(), takeCodec()];
    for (const codec of more) giveBackCodec(codec);
    for (let taken = 0; taken < 4; taken++) expect(more).toContain(takeCodec());
    expect(more).not.toContain(takeCodec());
  });
});
