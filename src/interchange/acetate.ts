import type { Annotation } from "../protocol/model/annotation.ts";
import type { Document } from "../protocol/model/document.ts";
import type { LabelSet } from "../protocol/model/label-set.ts";
import type { ExportedFile } from "../files/exported-file.ts";
import type { WriteBytes } from "../write-bytes.ts";
import { writeJsonList } from "./json-list.ts";

/**
 * Writes Acetate's own format: `{format, seq, document, labels, annotations}`. The resources have their REST form, and the
 * annotations come in the order of creation. The file says nothing of when it was made: the same state gives the same
 * bytes.
 */
export async function writeAcetate(
  seq: number,
  document: Document,
  labels: LabelSet,
  pages: AsyncIterable<readonly Annotation[]>,
  write: WriteBytes,
): Promise<ExportedFile> {
  return writeJsonList({ format: "acetate/1", seq, document, labels }, "annotations", pages, write);
}
