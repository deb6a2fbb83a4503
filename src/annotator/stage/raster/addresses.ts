/** File names that the build gives: esbuild does not follow `new URL("./worker.ts", import.meta.url)`. */
declare const STAGE_WORKER: string;
declare const HARFBUZZ_WASM: string;

/** The files that the stage loads later. They lie beside the script: a package has them in its folder, too. */
export const addresses = {
  worker: (): string => new URL(STAGE_WORKER, import.meta.url).href,
  harfBuzz: (): string => new URL(HARFBUZZ_WASM, import.meta.url).href,
};
