import type { Annotation } from "../protocol/model/annotation.ts";
import type { Document } from "../protocol/model/document.ts";
import type { ExportedFile } from "../files/exported-file.ts";
import { writeJsonList } from "./json-list.ts";

/**
 * Acetate's own format: `{format, seq, document, annotations}`, resources in their REST form, the annotations in the order of
 * creation. No time of making: the same state gives the same bytes.
 */
export async function renderJson(
  seq: number,
  document: Document,
  pages: AsyncIterable<readonly Annotation[]>,
): Promise<ExportedFile> {
  return writeJsonList({ format: "acetate/1", seq, document }, "annotations", pages);
}
