import * as z from "zod/mini";
import { meta } from "../describe.ts";
import { THUMBNAIL_SIZES, THUMBNAIL_SIZE_DEFAULT } from "../limits.ts";

/** The query of a thumbnail. */
export const thumbnailQuerySchema = z.strictObject({
  size: meta(
    z.pipe(
      z._default(z.enum(THUMBNAIL_SIZES.map(String)), String(THUMBNAIL_SIZE_DEFAULT)),
      z.transform(Number),
    ),
    {
      // Query strings carry text. OpenAPI shows what it means: a number.
      type: "integer",
      enum: [...THUMBNAIL_SIZES],
      default: THUMBNAIL_SIZE_DEFAULT,
      description: "The longer side in pixels. Nothing is enlarged",
    },
  ),
});
