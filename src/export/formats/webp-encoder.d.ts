/** The package's own declaration needs Emscripten's global namespace, which it does not bring in. */
declare module "@jsquash/webp/codec/enc/webp_enc_simd.js" {
  import type { WebpEncoder } from "./webp-codec.ts";

  export default function createEncoder(overrides: {
    instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void): void;
  }): Promise<WebpEncoder>;
}
