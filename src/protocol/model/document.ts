import { z } from "zod";
import { QUERY_MAX, SIDE_MAX, TITLE_MAX } from "../limits.ts";
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

/** The formats a base image may have, told by its first bytes and not by its header. */
export const imageTypes = ["image/jpeg", "image/png", "image/webp", "image/gif"] as const;
export type ImageType = (typeof imageTypes)[number];

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "must be 64 lower-case hex digits");

/** The base image; `width` and `height` are pixels after EXIF orientation. */
export const imageSchema = z
  .object({
    sha256,
    content_type: z.enum(imageTypes),
    bytes: z.int().positive(),
    width: z.int().positive(),
    height: z.int().positive(),
    url: z.string(),
  })
  .meta({ id: "Image" });
export type Image = z.infer<typeof imageSchema>;
/** What is stored of an image: its URL follows from the document. */
export type StoredImage = Omit<Image, "url">;

/** Where an image of a document is served. */
export function imageUrl(documentId: string, hash: string): string {
  return `/v1/documents/${documentId}/image?sha256=${hash}`;
}

export const documentStatusSchema = z.enum(["active", "deleted"]);

export const documentSchema = z
  .object({
    id: idSchema,
    title: z.string(),
    status: documentStatusSchema,
    version: versionNumberSchema,
    /** The head of the document's order of changes; in lists, the last one projected. */
    seq: seqSchema,
    /** Pixels; null: no picture and no size given. */
    width: z.int().positive().nullable(),
    height: z.int().positive().nullable(),
    image: imageSchema.nullable(),
    metadata: z.record(z.string(), z.unknown()),
    created_at: timestampSchema,
    updated_at: timestampSchema,
    deleted_at: timestampSchema.nullable(),
  })
  .meta({ id: "Document" });
export type Document = z.infer<typeof documentSchema>;

const title = textSchema(TITLE_MAX * 4)
  .trim()
  .min(1)
  .max(TITLE_MAX)
  .meta({ description: `1–${TITLE_MAX} characters after trimming` });
const side = z.int().min(1).max(SIDE_MAX);

export const documentCreateSchema = z
  .strictObject({
    title,
    /** Chosen by the client, so that a repeat after a lost answer makes no second document. */
    id: idSchema.optional(),
    width: side.optional(),
    height: side.optional(),
    metadata: bagSchema.default({}),
  })
  .refine((input) => (input.width === undefined) === (input.height === undefined), {
    error: "width and height go together",
    path: ["height"],
  })
  .meta({ id: "DocumentCreate" });
export type DocumentCreate = z.infer<typeof documentCreateSchema>;

/** `metadata` is merged (RFC 7396), the other fields are replaced. */
export const documentPatchSchema = z
  .strictObject({
    title: title.optional(),
    width: side.nullable().optional(),
    height: side.nullable().optional(),
    metadata: bagSchema.optional(),
    /** The version this was made for; a stale one is refused. */
    version: versionNumberSchema.optional(),
  })
  .meta({ id: "DocumentPatch" });
export type DocumentPatch = z.infer<typeof documentPatchSchema>;

/** `true` and `false` as query strings write them. */
export const queryFlagSchema = z.enum(["true", "false"]).transform((text) => text === "true");

export const documentListQuerySchema = z.strictObject({
  ...pageQueryShape,
  include_deleted: queryFlagSchema.default(false),
  /** Part of the title, in any case. */
  q: textSchema(QUERY_MAX).optional(),
});
export const documentGetQuerySchema = z.strictObject({
  include_deleted: queryFlagSchema.default(false),
});
export const imageGetQuerySchema = z.strictObject({ sha256: sha256.optional() });
export const documentPageSchema = pageSchema(documentSchema).meta({ id: "DocumentPage" });
