import type { Annotation } from "../../protocol/annotation.ts";
import type { Document } from "../../protocol/document.ts";
import { ExportFailure } from "../export-failure.ts";
import { sumBytes, type ExportedFile } from "../exported-file.ts";

/** Bytes of a JSON export: it is held in memory until its size is known. */
const JSON_MAX_BYTES = 48 * 1024 * 1024;

/**
 * Acetate's own format: `{format, seq, document, annotations}`, resources in their REST form, the annotations by id. No time of
 * making: the same state gives the same bytes.
 */
export async function renderJson(
  seq: number,
  document: Document,
  pages: AsyncIterable<readonly Annotation[]>,
): Promise<ExportedFile> {
  const encoder = new TextEncoder();
  const head = { format: "acetate/1", seq, document };
  const parts = [encoder.encode(`${JSON.stringify(head).slice(0, -1)},"annotations":[`)];
  let first = true;
  for await (const page of pages) {
    for (const annotation of page) {
      parts.push(encoder.encode((first ? "\n" : ",\n") + JSON.stringify(annotation)));
      first = false;
    }
    if (sumBytes(parts) > JSON_MAX_BYTES) {
      throw new ExportFailure(
        "The annotations take more than 48 MiB as JSON. Read them through the API, page by page.",
      );
    }
  }
  parts.push(encoder.encode("\n]}\n"));
  return { parts, size: sumBytes(parts), width: null, height: null, warnings: [] };
}
