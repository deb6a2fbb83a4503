import { sumBytes, type ExportedFile } from "../files/exported-file.ts";
import { createYielder } from "../event-loop.ts";

/** The most bytes of a JSON file: it is held in memory until its size is known. */
const JSON_MAX_BYTES = 48 * 1024 * 1024;

/** The file would be too large. The message tells a person what to do. */
export class FileTooLarge extends Error {}

/**
 * Writes a JSON file: the members of `head`, then the items as the list `name`, one item a line. The items come in
 * pages; only one page at a time is held as objects. Throws `FileTooLarge`.
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
  const yieldToEventLoop = createYielder();
  for await (const page of pages) {
    for (const item of page) {
      const part = encoder.encode((first ? "\n" : ",\n") + JSON.stringify(item));
      parts.push(part);
      bytes += part.byteLength;
      first = false;
      await yieldToEventLoop();
    }
    if (bytes > JSON_MAX_BYTES) {
      throw new FileTooLarge(
        "The annotations take more than 48 MiB as JSON. Export some of them (annotations: types, labels, authors), or read them through the API, page by page.",
      );
    }
  }
  parts.push(encoder.encode("\n]}\n"));
  return { parts, size: sumBytes(parts), width: null, height: null, warnings: [] };
}
