import type { Annotation } from "../protocol/model/annotation.ts";
import type { Comment } from "../protocol/model/comment.ts";
import type { Document } from "../protocol/model/document.ts";
import type { LabelSet } from "../protocol/model/label-set.ts";
import type { ExportedFile } from "../files/exported-file.ts";
import type { WriteBytes } from "../write-bytes.ts";
import { writeJsonLists } from "./json-list.ts";

/** What the file holds. The lists come in pages, in the order of creation. */
interface AcetateState {
  seq: number;
  document: Document;
  labels: LabelSet;
  annotations: AsyncIterable<readonly Annotation[]>;
  /** Those on the annotations in the file are written. */
  comments: AsyncIterable<readonly Comment[]>;
}

/**
 * Writes Acetate's own format: `{format, seq, document, labels, annotations, comments}`. The resources have their REST
 * form. The file says nothing of when it was made: the same state gives the same bytes.
 */
export async function writeAcetate(state: AcetateState, write: WriteBytes): Promise<ExportedFile> {
  const { seq, document, labels } = state;
  const written = new Set<string>();
  async function* annotations(): AsyncGenerator<readonly Annotation[]> {
    for await (const page of state.annotations) {
      for (const { id } of page) written.add(id);
      yield page;
    }
  }
  async function* comments(): AsyncGenerator<readonly Comment[]> {
    for await (const page of state.comments)
      yield page.filter((comment) => written.has(comment.annotation_id));
  }
  const head = { format: "acetate/1", seq, document, labels };
  return writeJsonLists(head, { annotations: annotations(), comments: comments() }, write);
}
