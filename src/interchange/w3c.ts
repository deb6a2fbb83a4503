import type { Annotation } from "../protocol/model/annotation.ts";
import type { Document } from "../protocol/model/document.ts";
import type { ExportedFile } from "../files/exported-file.ts";
import { toSelector } from "./w3c-selector.ts";
import type { LayoutText } from "../scene/shape.ts";
import type { TextLayout } from "../text/text-layout.ts";
import type { WriteBytes } from "../write-bytes.ts";
import { writeJsonList } from "./json-list.ts";

/**
 * Writes the annotations as a page of W3C's Web Annotation Data Model (https://www.w3.org/TR/annotation-model/), in the
 * order of creation. The file says what is where, and who said what about it. It leaves out styles, which Acetate's own
 * format has. It says nothing of when it was made: the same state and origin give the same bytes. `texts` measures
 * texts, since a text's region is as large as the text. `origin` is the `https://host` at which the requester reached
 * the service.
 */
export async function writeW3c(
  document: Document,
  pages: AsyncIterable<readonly Annotation[]>,
  texts: TextLayout,
  origin: string | null,
  write: WriteBytes,
): Promise<ExportedFile> {
  const source = sourceOf(document, origin ?? "");
  async function* convert(): AsyncGenerator<object[]> {
    for await (const page of pages) {
      await texts.load(page.filter(({ type }) => type === "text").map(({ text }) => text));
      yield page.map((annotation) => toWebAnnotation(annotation, source, texts.layout));
    }
  }
  const head = {
    "@context": "http://www.w3.org/ns/anno.jsonld",
    id: `${uuidUrn(document.id)}#annotations`,
    type: "AnnotationPage",
  };
  return writeJsonList(head, "items", convert(), write);
}

/**
 * What the annotations are on: the image, or the document itself if it has none. Viewers load the image from this
 * address, so it is absolute. It is a path only in jobs made before origins were recorded.
 */
function sourceOf({ id, image }: Document, origin: string): string {
  return image ? `${origin}/v1/documents/${id}/image?sha256=${image.sha256}` : uuidUrn(id);
}

function toWebAnnotation(annotation: Annotation, source: string, layoutText: LayoutText): object {
  const { id, text, labels, author, created_at, updated_at } = annotation;
  const comments = text.trim() === "" ? [] : [textualBody("commenting", text)];
  const body = [...comments, ...labels.map((label) => textualBody("tagging", label))];
  const [first] = body;
  return {
    id: uuidUrn(id),
    type: "Annotation",
    motivation: first?.purpose ?? "highlighting",
    ...(author !== null && { creator: { type: "Person", name: author } }),
    created: created_at,
    modified: updated_at,
    ...(first && { body }),
    target: { type: "SpecificResource", source, selector: toSelector(annotation, layoutText) },
  };
}

function textualBody(purpose: "commenting" | "tagging", value: string) {
  return { type: "TextualBody", purpose, value, format: "text/plain" };
}

/** A name that stays the same wherever the file goes (RFC 9562 §4). */
function uuidUrn(id: string): string {
  return `urn:uuid:${id}`;
}
