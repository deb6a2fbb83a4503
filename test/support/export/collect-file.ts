import type { WriteBytes } from "../../../src/write-bytes.ts";
import { concat } from "./sample-headers.ts";

/** Collects what is written. `write` copies, as R2's writers do: whoever writes may reuse the buffer. */
export function collectFile(): { write: WriteBytes; join: () => Uint8Array<ArrayBuffer> } {
  const parts: Uint8Array[] = [];
  return {
    write: async (bytes) => void parts.push(bytes.slice()),
    join: () => concat(...parts),
  };
}
