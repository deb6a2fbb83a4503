import { ImageMissing } from "../files/image-file.ts";
import { UnusableImage } from "../raster/image-errors.ts";

/** The export fails for good: no other try can help. The message tells a person what is wrong and what to do. */
export class ExportFailure extends Error {}

/**
 * Turns errors of the layers below that no other try can help into an `ExportFailure`; leaves any other error as it is.
 */
export function toExportFailure(error: unknown): unknown {
  const final = error instanceof UnusableImage || error instanceof ImageMissing;
  return final ? new ExportFailure(error.message, { cause: error }) : error;
}
