/** What text layout needs of the platform that it runs on: a Worker, or a browser. */
export interface TextPlatform {
  /**
   * Reads `fonts/{name}` (see `fonts.ts`) or `emoji/{name}` (see `emoji-files.ts`). Throws if the file can't be read.
   */
  readonly readFile: (path: string) => Promise<Uint8Array>;
  /** Inflates a zlib stream (RFC 1950). Browsers only do it asynchronously. */
  readonly inflate: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>;
  /** HarfBuzz, compiled. */
  readonly harfBuzzModule: WebAssembly.Module;
}
