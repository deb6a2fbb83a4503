import type { Annotation } from "../protocol/model/annotation.ts";
import type { Document } from "../protocol/model/document.ts";
import type { ExportedFile } from "../files/exported-file.ts";
import { toSelector } from "./w3c-selector.ts";
import type { LayoutText } from "../scene/shape.ts";
import { TextLayout } from "../text/text-layout.ts";
import { writeJsonList } from "./json-list.ts";

/**
 * The annotations as a page of W3C's Web Annotation Data Model (https://www.w3.org/TR/annotation-model/), in the order of creation. It
 * says what is where and who said what about it; of the look it says nothing: Acetate's own format does. No time of making: the same
 * state and origin give the same bytes. `assets` has the fonts: a text's region is as large as the text. `origin` is that of the service
 * (`https://host`), as whoever asked for the file reached it.
 */
export async function renderW3c(
  document: Document,
  pages: AsyncIterable<readonly Annotation[]>,
  assets: Fetcher,
  origin: string | null,
): Promise<ExportedFile> {
  const texts = new TextLayout(assets);
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
  return writeJsonList(head, "items", convert());
}

/**
 * What the annotations are on: the very picture, or the document itself where it has none. Viewers load a picture by this address, so it is
 * absolute; it is a path only in a job from before the origin was noted.
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

/** RFC 9562 §4: a name that is the same wherever the file goes. */
function uuidUrn(id: string): string {
  return `urn:uuid:${id}`;
}
