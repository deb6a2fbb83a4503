import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { inflate } from "../../src/export/picture/png/inflate.ts";

const MIB = 1024 * 1024;
const PIECE = 1024;

describe("inflate", () => {
  it("takes no more of a bomb than what is asked of it needs", async () => {
    // 64 MiB of zeros, in 64 pieces, each of which holds one.
    const packed = deflateSync(new Uint8Array(64 * MIB), { level: 9 });
    let taken = 0;
    const pieces = (async function* () {
      for (; taken * PIECE < packed.length; taken++) {
        yield packed.subarray(taken * PIECE, (taken + 1) * PIECE);
      }
    })();
    let read = 0;
    for await (const data of inflate(pieces)) {
      expect(data.byteLength).toBeLessThanOrEqual(64 * 1024);
      // Whatever would run ahead of the reader may do so now.
      await scheduler.wait(0);
      read += data.byteLength;
      if (read >= MIB) break;
    }
    // Some of them wait, packed.
    expect(taken).toBeLessThan(32);
  });

  it("gives on what its source throws", async () => {
    const failing = (async function* () {
      yield deflateSync(new Uint8Array(10)).subarray(0, 4);
      throw new TypeError("the storage is gone");
    })();
    await expect(Array.fromAsync(inflate(failing))).rejects.toThrow(new TypeError("the storage is gone"));
  });
});
