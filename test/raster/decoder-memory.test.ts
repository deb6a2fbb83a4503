import { describe, expect, it } from "vitest";
import harfBuzz from "../../generated/harfbuzz.wasm";
import resvg from "../../generated/resvg.wasm";
import webpCodec from "../../generated/webp-codec.wasm";

const MIB = 1024 * 1024;

/** An instance that can't work, because its imports do nothing. It still has its memory. */
function memoryOf(module: WebAssembly.Module): WebAssembly.Memory {
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  for (const entry of WebAssembly.Module.imports(module)) {
    imports[entry.module] = { ...imports[entry.module], [entry.name]: () => 0 };
  }
  const exported = Object.values(new WebAssembly.Instance(module, imports).exports);
  const memory = exported.find((value) => value instanceof WebAssembly.Memory);
  if (!(memory instanceof WebAssembly.Memory)) throw new Error("No memory");
  return memory;
}

describe("a decoder's memory has a maximum below what an isolate has", () => {
  it.each([
    ["libwebp", webpCodec, 96],
    ["resvg", resvg, 64],
    ["HarfBuzz", harfBuzz, 64],
  ])("%s", (_name, module, mib) => {
    const memory = memoryOf(module);
    memory.grow((mib * MIB - memory.buffer.byteLength) / 65_536);
    expect(memory.buffer.byteLength).toBe(mib * MIB);
    expect(() => memory.grow(1)).toThrow(RangeError);
  });
});
