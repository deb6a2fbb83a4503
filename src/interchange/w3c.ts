import type { Annotation } from "../protocol/model/annotation.ts";
import { type Comment, listThreads } from "../protocol/model/comment.ts";
import { authorOf, type Person, updaterOf } from "../protocol/model/person.ts";
import type { Document } from "../protocol/model/document.ts";
import type { ExportedFile } from "../files/exported-file.ts";
import { toSelector } from "./w3c-selector.ts";
import type { LayoutText } from "../scene/shape.ts";
import type { TextLayout } from "../text/text-layout.ts";
import type { WriteBytes } from "../write-bytes.ts";
import { writeJsonLists } from "./json-list.ts";

interface W3cState {
  document: Document;
  annotations: AsyncIterable<readonly Annotation[]>;
  /** By annotation, in the order of creation. */
  comments: ReadonlyMap<string, readonly Comment[]>;
  origin: string | null;
}

/**
 * Writes the annotations as a page of W3C's Web Annotation Data Model (https://www.w3.org/TR/annotation-model/), in the
 * order of creation. The file says what is where, and who said what about it. It leaves out styles, which Acetate's own
 * format has. It says nothing of when it was made: the same state and origin give the same bytes. `texts` measures
 * texts, since a text's region is as large as the text. `origin` is the `https://host` at which the requester reached
 * the service.
 */
export async function writeW3c(
  { document, annotations, comments, origin }: W3cState,
  texts: TextLayout,
  write: WriteBytes,
): Promise<ExportedFile> {
  const source = sourceOf(document, origin ?? "");
  async function* convert(): AsyncGenerator<object[]> {
    for await (const page of annotations) {
      await texts.load(page.filter(({ type }) => type === "text").map(({ text }) => text));
      yield page.map((annotation) => {
        const said = comments.get(annotation.id) ?? [];
        return toWebAnnotation(annotation, said, source, texts.layout);
      });
    }
  }
  const head = {
    "@context": "http://www.w3.org/ns/anno.jsonld",
    id: `${uuidUrn(document.id)}#annotations`,
    type: "AnnotationPage",
  };
  return writeJsonLists(head, { items: convert() }, write);
}

/**
 * What the annotations are on: the image, or the document itself if it has none. Viewers load the image from this
 * address, so it is absolute. It is a path only in jobs made before origins were recorded.
 */
function sourceOf({ id, image }: Document, origin: string): string {
  return image ? `${origin}/v1/documents/${id}/image?sha256=${image.sha256}` : uuidUrn(id);
}

function toWebAnnotation(
  annotation: Annotation,
  said: readonly Comment[],
  source: string,
  layoutText: LayoutText,
): object {
  const { id, text, labels, review, created_at, updated_at } = annotation;
  const [author, updater] = [authorOf(annotation), updaterOf(annotation)];
  const body: TextualBody[] = [
    ...(text.trim() === "" ? [] : [textualBody("commenting", text)]),
    ...labels.map((label) => textualBody("tagging", label)),
    ...(review === "none" ? [] : [textualBody("assessing", review)]),
    ...listThreads(said)
      .flat()
      .filter(({ status }) => status === "active")
      .map(commentBody),
  ];
  const [first] = body;
  return {
    id: uuidUrn(id),
    type: "Annotation",
    motivation: first?.purpose ?? "highlighting",
    ...personMember("creator", author),
    // The model has no member for who changed it last. Its context knows Dublin Core's terms.
    ...(updater.id !== author.id && personMember("dcterms:contributor", updater)),
    created: created_at,
    modified: updated_at,
    ...(first && { body }),
    target: { type: "SpecificResource", source, selector: toSelector(annotation, layoutText) },
  };
}

interface TextualBody {
  type: "TextualBody";
  purpose: "commenting" | "replying" | "tagging" | "assessing";
  value: string;
  format: "text/plain";
}

function textualBody(purpose: TextualBody["purpose"], value: string): TextualBody {
  return { type: "TextualBody", purpose, value, format: "text/plain" };
}

/** The first comment of a thread, or a reply to it. */
function commentBody(comment: Comment) {
  const { id, reply_to, text, created_at, edited_at } = comment;
  return {
    id: uuidUrn(id),
    ...textualBody(reply_to === null ? "commenting" : "replying", text),
    ...personMember("creator", authorOf(comment)),
    created: created_at,
    ...(edited_at !== null && { modified: edited_at }),
  };
}

/** Nobody is named where nobody is known. */
function personMember(member: "creator" | "dcterms:contributor", { id, name }: Person): object {
  const shown = name ?? id;
  return shown === null ? {} : { [member]: { type: "Person", name: shown } };
}

/** A name that stays the same wherever the file goes (RFC 9562 §4). */
function uuidUrn(id: string): string {
  return `urn:uuid:${id}`;
}
