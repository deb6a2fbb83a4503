import { inflateSync } from "node:zlib";
import harfBuzzModule from "../../generated/harfbuzz.wasm";
import type { TextPlatform } from "../text/text-platform.ts";

/** What text layout needs, in a Worker. `assets`: the Worker's static assets, with fonts and emoji. */
export function createTextPlatform(assets: Fetcher): TextPlatform {
  return {
    async readFile(path) {
      // The assets binding answers for any host.
      const response = await assets.fetch(`http://assets/${path}`);
      if (!response.ok) throw new Error(`${path} is missing from the assets: ${response.status}`);
      return new Uint8Array(await response.arrayBuffer());
    },
    inflate: (bytes) => inflateSync(bytes),
    harfBuzzModule,
  };
}
