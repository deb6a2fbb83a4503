import { z } from "zod";
import { THUMBNAIL_SIZES, THUMBNAIL_SIZE_DEFAULT } from "../limits.ts";

/** The query of a thumbnail. */
export const thumbnailQuerySchema = z.strictObject({
  size: z
    .enum(THUMBNAIL_SIZES.map(String))
    .default(String(THUMBNAIL_SIZE_DEFAULT))
    .transform(Number)
    .meta({ description: "The longer side in pixels; what is smaller is not enlarged" }),
});
