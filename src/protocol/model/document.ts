import * as z from "zod/mini";
import { component, describe } from "../describe.ts";
import { CONTRIBUTORS_MAX, METADATA_MAX_BYTES, SIDE_MAX, TITLE_MAX } from "../limits.ts";
import { labelDefinitionsSchema } from "./label-set.ts";
import {
  bagSchema,
  idSchema,
  pageSchema,
  seqSchema,
  textSchema,
  timestampSchema,
  versionNumberSchema,
} from "./scalars.ts";
import { namedUpdatedByShape } from "./signature.ts";

/** The formats of a base image. Its bytes tell which it is, not a header. */
export const imageTypes = ["image/jpeg", "image/png", "image/webp", "image/gif"] as const;
export type ImageType = (typeof imageTypes)[number];

export const sha256Schema = z.string().check(z.regex(/^[0-9a-f]{64}$/, "must be 64 lower-case hex digits"));

export const imageSchema = component(
  z.object({
    sha256: describe(sha256Schema, "The SHA-256 of the file's bytes"),
    content_type: describe(z.enum(imageTypes), "The file's media type, told by its bytes"),
    bytes: describe(z.int().check(z.positive()), "The size of the file"),
    width: describe(z.int().check(z.positive()), "Pixels, after EXIF orientation"),
    height: describe(z.int().check(z.positive()), "Pixels, after EXIF orientation"),
    url: describe(z.string(), "Where the file is served. It never changes"),
  }),
  "Image",
  "The base image",
);
export type Image = z.infer<typeof imageSchema>;
export const documentStatusSchema = z.enum(["active", "deleted"]);

export const documentSchema = component(
  z.object({
    id: describe(idSchema, "The document's id (UUIDv4)"),
    title: describe(z.string(), "One line, for people"),
    status: describe(documentStatusSchema, "A deleted document can be restored"),
    version: describe(versionNumberSchema, "Rises by 1 with each change of the document's own fields"),
    seq: describe(
      seqSchema,
      "The head of the document's order of changes. In a list of documents it may be behind: CRDT content, label " +
        "sets and versions don't bring it up to date there",
    ),
    width: describe(z.nullable(z.int().check(z.positive())), "Pixels. null: no picture, and no size given"),
    height: describe(z.nullable(z.int().check(z.positive())), "Pixels. null: no picture, and no size given"),
    image: describe(z.union([imageSchema, z.null()]), "The base image. null: none yet"),
    metadata: describe(
      z.record(z.string(), z.unknown()),
      `Data of the application: a JSON object of at most ${METADATA_MAX_BYTES} bytes`,
    ),
    ...namedUpdatedByShape,
    created_at: describe(timestampSchema, "When it was made"),
    updated_at: describe(timestampSchema, "When its own fields last changed"),
    deleted_at: describe(z.nullable(timestampSchema), "When it was deleted. null: it is active"),
  }),
  "Document",
  "A document: the sheet that annotations are drawn on",
);
export type Document = z.infer<typeof documentSchema>;

const title = describe(
  textSchema(TITLE_MAX * 4).check(z.trim(), z.minLength(1), z.maxLength(TITLE_MAX)),
  `One line, for people: 1–${TITLE_MAX} characters after trimming`,
);
const side = z.int().check(z.minimum(1), z.maximum(SIDE_MAX));
const sideText = "Pixels of a document without a picture. A picture sets the size itself";

export const documentCreateSchema = component(
  z
    .strictObject({
      title,
      id: describe(
        z.optional(idSchema),
        "An id of the client's choice (UUIDv4). With it, a repeat makes no second document",
      ),
      width: describe(z.optional(side), `${sideText}. Only together with \`height\``),
      height: describe(z.optional(side), `${sideText}. Only together with \`width\``),
      metadata: describe(
        z._default(bagSchema, {}),
        `Data of the application: a JSON object of at most ${METADATA_MAX_BYTES} bytes`,
      ),
      labels: describe(
        z.optional(labelDefinitionsSchema),
        "The labels of its label set. Without them it is empty",
      ),
    })
    .check(
      z.refine((input) => (input.width === undefined) === (input.height === undefined), {
        error: "width and height go together",
        path: ["height"],
      }),
    ),
  "DocumentCreate",
  "A new document",
);
export type DocumentCreate = z.infer<typeof documentCreateSchema>;

export const documentPatchSchema = component(
  z.strictObject({
    title: z.optional(title),
    width: describe(z.optional(z.nullable(side)), `${sideText}. null: none`),
    height: describe(z.optional(z.nullable(side)), `${sideText}. null: none`),
    metadata: describe(
      z.optional(bagSchema),
      `Merged (RFC 7396): null removes a member. Together at most ${METADATA_MAX_BYTES} bytes`,
    ),
    version: describe(
      z.optional(versionNumberSchema),
      "The version that the change was made for. A stale one is refused with `stale_version`",
    ),
  }),
  "DocumentPatch",
  "Fields to change. `metadata` is merged (RFC 7396), the others are replaced",
);
export type DocumentPatch = z.infer<typeof documentPatchSchema>;

export const documentSummarySchema = component(
  z.extend(documentSchema, {
    annotation_count: describe(z.int().check(z.nonnegative()), "How many annotations are on it"),
    open_thread_count: describe(
      z.int().check(z.nonnegative()),
      "How many threads of comments on these annotations are not resolved",
    ),
    contributor_count: describe(
      z.int().check(z.nonnegative()),
      `How many different people have made or changed its annotations and comments. From ${CONTRIBUTORS_MAX} on it is ${CONTRIBUTORS_MAX}`,
    ),
    changed_at: describe(
      timestampSchema,
      "When its own fields, an annotation or a comment last changed. CRDT content does not count",
    ),
  }),
  "DocumentSummary",
  "A document in a list, with what is on it in numbers",
);
export type DocumentSummary = z.infer<typeof documentSummarySchema>;
/** What a list tells of a document beside its own fields. */
export type Activity = Omit<DocumentSummary, keyof Document>;

/** The orders of a list: the newest first, the last changed first, or by title. */
export const documentSorts = ["created", "changed", "title"] as const;
export type DocumentSort = (typeof documentSorts)[number];

export const documentPageSchema = component(
  z.extend(pageSchema(documentSummarySchema), {
    next: describe(
      z.nullable(z.string()),
      "Pass it as `after` to read on behind the last item, whatever was added or deleted meanwhile. null: that was all",
    ),
  }),
  "DocumentPage",
  "A page of documents",
);
export type DocumentPage = z.infer<typeof documentPageSchema>;
