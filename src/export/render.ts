import type { Document } from "../protocol/document.ts";
import type { ExportJob } from "../protocol/export-job.ts";
import { collectScene, type Scene } from "./collect-scene.ts";
import { ExportFailure } from "./export-failure.ts";
import type { ExportedFile } from "./exported-file.ts";
import { renderJson } from "./formats/render-json.ts";
import { renderSvg } from "./formats/render-svg.ts";
import { openPicture, type PictureSource } from "./picture/picture-source.ts";
import { readPicture } from "./picture/read-picture.ts";
import { renderPicture, type PictureFormat, type ReportProgress } from "./picture/render-picture.ts";
import { describePixels, maxOutputPixels, maxOutputSide } from "./output-limit.ts";
import { readAnnotations, readDocument, type StateReader } from "./read-state.ts";

/** What a render reads. */
export interface RenderSources {
  room: StateReader;
  bucket: R2Bucket;
  /** The Worker's static assets: fonts. */
  assets: Fetcher;
  /** The configured `MAX_IMAGE_PIXELS`. */
  maxPixels: number;
}

/** Reading the state and decoding the picture, as parts of the whole. */
const PROGRESS_READ = 0.1;
const PROGRESS_DECODED = 0.3;
/** The rest is writing the file. */
const PROGRESS_DRAWN = 0.9;

/**
 * Renders a job's document as it was at the job's `seq`. The same state and options give the same bytes. Throws `ExportFailure`
 * with a reason for a person where no other try can help; any other error may pass.
 */
export async function renderExport(
  job: Pick<ExportJob, "seq" | "format" | "options">,
  sources: RenderSources,
  reportProgress: ReportProgress,
): Promise<ExportedFile> {
  const document = await readDocument(sources.room, job.seq);
  const annotations = readAnnotations(sources.room, job.seq);
  if (job.format === "json") return renderJson(job.seq, document, annotations);

  const scene = await collectScene(document, annotations, sources.assets);
  await reportProgress(PROGRESS_READ);
  const size = scaleFrame(scene, job.options.scale);
  const { format, options } = job;
  if (format === "svg") {
    const { image } = document;
    const picture = image ? await readPicture(sources.bucket, document.id, image) : undefined;
    return renderSvg(scene, size, picture, options.background);
  }
  checkSize(size, format, sources.maxPixels);
  const picture = await decodePicture(document, sources);
  try {
    await reportProgress(PROGRESS_DECODED);
    return await renderPicture({ scene, format, options, size }, picture, (done) =>
      reportProgress(PROGRESS_DECODED + done * (PROGRESS_DRAWN - PROGRESS_DECODED)),
    );
  } finally {
    await picture?.close();
  }
}

/** Output pixels: rounded, at least one. */
function scaleFrame({ frame }: Scene, scale: number): { width: number; height: number } {
  return {
    width: Math.max(1, Math.round((frame.right - frame.left) * scale)),
    height: Math.max(1, Math.round((frame.bottom - frame.top) * scale)),
  };
}

function checkSize(size: { width: number; height: number }, format: PictureFormat, maxPixels: number): void {
  const { width, height } = size;
  const limit = maxOutputPixels(format, maxPixels);
  const side = maxOutputSide(format);
  if (width * height <= limit && Math.max(width, height) <= side) return;
  const name = { png: "PNG", jpg: "JPG", webp: "WebP" }[format];
  const most =
    width * height > limit
      ? `${limit} pixels a ${name} may have`
      : `${side} pixels a ${name}'s side may have`;
  throw new ExportFailure(
    `The export would be ${describePixels(size)}, more than the ${most} here. Choose a smaller scale, or ${format === "png" ? "the format svg" : "another format"}.`,
  );
}

async function decodePicture(
  { id, image }: Document,
  { bucket, maxPixels }: RenderSources,
): Promise<PictureSource | undefined> {
  return image ? openPicture(bucket, id, image, maxPixels) : undefined;
}
