import type { ExportedFile } from "../files/exported-file.ts";
import { createYielder } from "../event-loop.ts";
import type { WriteBytes } from "../write-bytes.ts";

/**
 * Writes a JSON file: the members of `head`, then each of `lists`, one item a line. The items come in pages; only one
 * page at a time is held, and a list is read when those before it are written.
 */
export async function writeJsonLists(
  head: object,
  lists: Readonly<Record<string, AsyncIterable<readonly unknown[]>>>,
  write: WriteBytes,
): Promise<ExportedFile> {
  const encoder = new TextEncoder();
  const yieldToEventLoop = createYielder();
  await write(encoder.encode(JSON.stringify(head).slice(0, -1)));
  for (const [name, pages] of Object.entries(lists)) {
    await write(encoder.encode(`,"${name}":[`));
    let separator = "\n";
    for await (const page of pages) {
      for (const item of page) {
        await write(encoder.encode(separator + JSON.stringify(item)));
        separator = ",\n";
        await yieldToEventLoop();
      }
    }
    await write(encoder.encode("\n]"));
  }
  await write(encoder.encode("}\n"));
  return { width: null, height: null, warnings: [] };
}
