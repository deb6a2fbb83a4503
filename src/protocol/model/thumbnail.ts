import * as z from "zod";
import { THUMBNAIL_SIZES, THUMBNAIL_SIZE_DEFAULT } from "../limits.ts";

/** The query of a thumbnail. */
export const thumbnailQuerySchema = z.strictObject({
  size: z
    .enum(THUMBNAIL_SIZES.map(String))
    .default(String(THUMBNAIL_SIZE_DEFAULT))
    .transform(Number)
    .meta({
      // Query strings carry text. OpenAPI shows what it means: a number.
      type: "integer",
      enum: [...THUMBNAIL_SIZES],
      default: THUMBNAIL_SIZE_DEFAULT,
      description: "The longer side in pixels. Nothing is enlarged",
    }),
});
