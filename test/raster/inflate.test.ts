import { constants, deflateRawSync, deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { inflate } from "../../src/raster/decode/png/inflate.ts";

const MIB = 1024 * 1024;

describe("inflate", () => {
  it("takes no more of a bomb than what is asked of it needs", async () => {
    // A mebibyte of zeros in a kibibyte, again and again.
    const block = deflateRawSync(new Uint8Array(MIB), { finishFlush: constants.Z_SYNC_FLUSH });
    let taken = 0;
    const pieces = (async function* () {
      yield Uint8Array.of(0x78, 0x9c);
      for (; taken < 1000; taken++) yield block;
    })();
    let read = 0;
    for await (const data of inflate(pieces)) {
      expect(data.byteLength).toBeLessThanOrEqual(64 * 1024);
      // Anything that runs ahead of the reader can do so now.
      await scheduler.wait(0);
      read += data.byteLength;
      if (read >= MIB) break;
    }
    // Some compressed bytes are buffered.
    expect(taken).toBeLessThan(200);
  });

  it("gives on what its source throws", async () => {
    const failing = (async function* () {
      yield deflateSync(new Uint8Array(10)).subarray(0, 4);
      throw new TypeError("the storage is gone");
    })();
    const readAll = async (): Promise<void> => {
      for await (const data of inflate(failing)) expect(data.byteLength).toBeLessThan(10);
    };
    await expect(readAll).rejects.toThrow(new TypeError("the storage is gone"));
  });
});
