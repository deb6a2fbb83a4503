import { ExportFailure } from "../export-failure.ts";
import { sumBytes, type ExportedFile } from "../files/exported-file.ts";
import { Turns } from "../event-loop.ts";

/** Bytes of a JSON file: it is held in memory until its size is known. */
const JSON_MAX_BYTES = 48 * 1024 * 1024;

/**
 * A JSON file: the members of `head`, then the items as the list `name`, one a line. The items come in pages, of which one at a time is
 * held as objects. Throws `ExportFailure` where they are too much.
 */
export async function writeJsonList(
  head: object,
  name: string,
  pages: AsyncIterable<readonly unknown[]>,
): Promise<ExportedFile> {
  const encoder = new TextEncoder();
  const parts = [encoder.encode(`${JSON.stringify(head).slice(0, -1)},"${name}":[`)];
  let bytes = sumBytes(parts);
  let first = true;
  const turns = new Turns();
  for await (const page of pages) {
    for (const item of page) {
      const part = encoder.encode((first ? "\n" : ",\n") + JSON.stringify(item));
      parts.push(part);
      bytes += part.byteLength;
      first = false;
      await turns.pass();
    }
    if (bytes > JSON_MAX_BYTES) {
      throw new ExportFailure(
        "The annotations take more than 48 MiB as JSON. Export some of them (annotations: types, labels, authors), or read them through the API, page by page.",
      );
    }
  }
  parts.push(encoder.encode("\n]}\n"));
  return { parts, size: sumBytes(parts), width: null, height: null, warnings: [] };
}
