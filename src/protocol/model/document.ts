import * as z from "zod";
import { METADATA_MAX_BYTES, PREVIEW_WIDTHS, QUERY_MAX, SIDE_MAX, TITLE_MAX } from "../limits.ts";
import {
  bagSchema,
  idSchema,
  pageQueryShape,
  pageSchema,
  seqSchema,
  textSchema,
  timestampSchema,
  versionNumberSchema,
} from "./scalars.ts";

/** The formats of a base image. Its bytes tell which it is, not a header. */
export const imageTypes = ["image/jpeg", "image/png", "image/webp", "image/gif"] as const;
export type ImageType = (typeof imageTypes)[number];

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "must be 64 lower-case hex digits");

export const imageSchema = z
  .object({
    sha256: sha256.describe("The SHA-256 of the file's bytes"),
    content_type: z.enum(imageTypes).describe("The file's media type, told by its bytes"),
    bytes: z.int().positive().describe("The size of the file"),
    width: z.int().positive().describe("Pixels, after EXIF orientation"),
    height: z.int().positive().describe("Pixels, after EXIF orientation"),
    url: z.string().describe("Where the file is served. It never changes"),
  })
  .meta({ id: "Image", description: "The base image" });
export type Image = z.infer<typeof imageSchema>;
export const documentStatusSchema = z.enum(["active", "deleted"]);

export const documentSchema = z
  .object({
    id: idSchema.describe("The document's id (UUIDv4)"),
    title: z.string().describe("One line, for people"),
    status: documentStatusSchema.describe("A deleted document can be restored"),
    version: versionNumberSchema.describe("Rises by 1 with each change of the document's own fields"),
    seq: seqSchema.describe(
      "The head of the document's order of changes. In a list of documents it may be behind: there only a change of " +
        "the document's own fields brings it up to date, not one of its annotations or CRDT content",
    ),
    width: z.int().positive().nullable().describe("Pixels. null: no picture, and no size given"),
    height: z.int().positive().nullable().describe("Pixels. null: no picture, and no size given"),
    image: z.union([imageSchema, z.null()]).describe("The base image. null: none yet"),
    metadata: z
      .record(z.string(), z.unknown())
      .describe(`Data of the application: a JSON object of at most ${METADATA_MAX_BYTES} bytes`),
    created_at: timestampSchema.describe("When it was made"),
    updated_at: timestampSchema.describe("When its own fields last changed"),
    deleted_at: timestampSchema.nullable().describe("When it was deleted. null: it is active"),
  })
  .meta({ id: "Document", description: "A document: the sheet that annotations are drawn on" });
export type Document = z.infer<typeof documentSchema>;

const title = textSchema(TITLE_MAX * 4)
  .trim()
  .min(1)
  .max(TITLE_MAX)
  .describe(`One line, for people: 1–${TITLE_MAX} characters after trimming`);
const side = z.int().min(1).max(SIDE_MAX);
const sideText = "Pixels of a document without a picture. A picture sets the size itself";

export const documentCreateSchema = z
  .strictObject({
    title,
    id: idSchema
      .optional()
      .describe("An id of the client's choice (UUIDv4). With it, a repeat makes no second document"),
    width: side.optional().describe(`${sideText}. Only together with \`height\``),
    height: side.optional().describe(`${sideText}. Only together with \`width\``),
    metadata: bagSchema
      .default({})
      .describe(`Data of the application: a JSON object of at most ${METADATA_MAX_BYTES} bytes`),
  })
  .refine((input) => (input.width === undefined) === (input.height === undefined), {
    error: "width and height go together",
    path: ["height"],
  })
  .meta({ id: "DocumentCreate", description: "A new document" });
export type DocumentCreate = z.infer<typeof documentCreateSchema>;

export const documentPatchSchema = z
  .strictObject({
    title: title.optional(),
    width: side.nullable().optional().describe(`${sideText}. null: none`),
    height: side.nullable().optional().describe(`${sideText}. null: none`),
    metadata: bagSchema
      .optional()
      .describe(`Merged (RFC 7396): null removes a member. Together at most ${METADATA_MAX_BYTES} bytes`),
    version: versionNumberSchema
      .optional()
      .describe("The version that the change was made for. A stale one is refused with `stale_version`"),
  })
  .meta({
    id: "DocumentPatch",
    description: "Fields to change. `metadata` is merged (RFC 7396), the others are replaced",
  });
export type DocumentPatch = z.infer<typeof documentPatchSchema>;

/** A boolean as query strings write it, `true` or `false`; absent: false. OpenAPI shows what it means: a boolean. */
function queryFlag(description: string) {
  return z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .default(false)
    .meta({ type: "boolean", default: false, description });
}

export const documentListQuerySchema = z.strictObject({
  ...pageQueryShape,
  include_deleted: queryFlag("Deleted documents, too"),
  q: textSchema(QUERY_MAX).optional().describe("Only documents with this text in their title, in any case"),
});
export const documentGetQuerySchema = z.strictObject({
  include_deleted: queryFlag("Answer a deleted document, too"),
});
export const imageGetQuerySchema = z.strictObject({
  sha256: sha256.optional().describe("An earlier picture, by its hash. Absent: the present one"),
  width: z
    .enum(PREVIEW_WIDTHS.map(String))
    .transform(Number)
    .optional()
    .meta({
      // Query strings carry text. OpenAPI shows what it means: a number.
      type: "integer",
      enum: [...PREVIEW_WIDTHS],
      description:
        "A preview instead of the file: at most so many pixels wide, and never enlarged. Absent: the file",
    }),
});
export const documentPageSchema = pageSchema(documentSchema).meta({
  id: "DocumentPage",
  description: "A page of documents",
});
