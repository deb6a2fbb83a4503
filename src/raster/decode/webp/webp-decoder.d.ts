/** The package's own declaration needs Emscripten's global namespace, which it does not bring in. */
declare module "@jsquash/webp/codec/dec/webp_dec.js" {
  /** It copies the file into its own memory, and the RGBA pixels out of it. null: libwebp refuses the file. */
  export interface WebpDecoder {
    decode(file: Uint8Array): { data: Uint8ClampedArray; width: number; height: number } | null;
  }

  export default function createDecoder(overrides: {
    instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void): void;
    printErr(message: string): void;
  }): Promise<WebpDecoder>;
}
