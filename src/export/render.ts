import type { Annotation } from "../protocol/model/annotation.ts";
import type { Document } from "../protocol/model/document.ts";
import type { ExportJob } from "../protocol/model/export-job.ts";
import { collectScene, type Scene } from "./collect-scene.ts";
import { ExportFailure } from "../export-failure.ts";
import type { ExportedFile } from "../files/exported-file.ts";
import { filterPages } from "./filter-annotations.ts";
import { renderJson } from "../interchange/acetate.ts";
import { renderSvg, type PictureFile } from "./render-svg.ts";
import { renderW3c } from "../interchange/w3c.ts";
import { onWhite } from "../raster/draw/blend.ts";
import { checkPicture, openPicture, type PictureSource } from "../raster/decode/picture-source.ts";
import { readPicture } from "../raster/decode/read-picture.ts";
import { checkTime, renderPicture, type PictureFormat, type ReportProgress } from "./render-picture.ts";
import { formatColor, parseColor } from "../raster/row-source.ts";
import { describePixels, maxOutputPixels, maxOutputSide } from "../raster/output-limit.ts";
import { readAnnotations, readDocument, type StateReader } from "./read-state.ts";
import { type Size, scaleSize } from "./scale-size.ts";

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

/** What is rendered: a job, or a thumbnail. */
export interface RenderJob extends Pick<ExportJob, "seq" | "format" | "options"> {
  /** The longer side in pixels at most; takes the place of the options' `scale`, and enlarges nothing. */
  fit?: number;
  /** `https://host` under which the service was asked for the file: it is in addresses in the file. null: not known. */
  origin?: string | null;
}

/**
 * Renders a job's document as it was at the job's `seq`. The same state, options and origin give the same bytes. Throws `ExportFailure`
 * with a reason for a person where no other try can help; any other error may pass.
 */
export async function renderExport(
  job: RenderJob,
  sources: RenderSources,
  reportProgress: ReportProgress,
): Promise<ExportedFile> {
  const document = await readDocument(sources.room, job.seq);
  const { format, options } = job;
  const reading = format === "json" ? PROGRESS_DRAWN : PROGRESS_READ;
  const pages = reportPages(readAnnotations(sources.room, job.seq), reading, reportProgress);
  const annotations = filterPages(pages, options.annotations);
  if (format === "json") {
    return options.profile === "w3c"
      ? renderW3c(document, annotations, sources.assets, job.origin ?? null)
      : renderJson(job.seq, document, annotations);
  }

  const scene = await collectScene(document, annotations, sources.assets, {
    strokes: format !== "svg",
    ground: formatColor(onWhite(parseColor(options.background))),
    legend: options.legend === true,
    notes: options.notes,
  });
  await reportProgress(PROGRESS_READ);
  const sizes = scaleScene(scene, job);
  if (format === "svg") {
    const picture = await readWholePicture(document, sources);
    return renderSvg(scene, sizes, picture, options.background);
  }
  checkSize(sizes.size, format, sources.maxPixels, document);
  checkTime({ scene, ...sizes });
  const picture = await decodePicture(document, sources);
  try {
    await reportProgress(PROGRESS_DECODED);
    return await renderPicture({ scene, format, options, ...sizes }, picture, (done) =>
      reportProgress(PROGRESS_DECODED + done * (PROGRESS_DRAWN - PROGRESS_DECODED)),
    );
  } finally {
    await picture?.close();
  }
}

/** Tells that the work goes on, page by page up to `end`: how many pages there are is not known before the last. */
async function* reportPages(
  pages: AsyncIterable<Annotation[]>,
  end: number,
  reportProgress: ReportProgress,
): AsyncGenerator<Annotation[]> {
  let read = 0;
  for await (const page of pages) {
    yield page;
    read++;
    await reportProgress(end * (1 - 1 / (1 + read)));
  }
}

/** Output pixels of the frame, rounded, at least one; and with what is below it. */
function scaleScene({ frame, footerHeight }: Scene, job: RenderJob): { size: Size; frameSize: Size } {
  const [width, height] = [frame.right - frame.left, frame.bottom - frame.top];
  const scale = job.fit === undefined ? job.options.scale : Math.min(1, job.fit / Math.max(width, height));
  const frameSize = scaleSize({ width, height }, scale);
  const footer = Math.ceil((footerHeight * frameSize.height) / height);
  return { frameSize, size: { ...frameSize, height: frameSize.height + footer } };
}

function checkSize(size: Size, format: PictureFormat, maxPixels: number, document: Document): void {
  const { width, height } = size;
  const limit = maxOutputPixels(format, maxPixels);
  const side = maxOutputSide(format);
  if (width * height <= limit && Math.max(width, height) <= side) return;
  const name = { png: "PNG", jpg: "JPG", webp: "WebP" }[format];
  const most =
    width * height > limit
      ? `${limit} pixels a ${name} may have`
      : `${side} pixels a ${name}'s side may have`;
  const sheet =
    document.width === null
      ? " The sheet was made to fit the annotations: with a width and height of its own the document would show only those within."
      : "";
  throw new ExportFailure(
    `The export would be ${describePixels(size)}, more than the ${most} here. Choose a smaller scale, or ${format === "png" ? "the format svg" : "another format"}.${sheet}`,
  );
}

async function decodePicture(
  { id, image }: Document,
  { bucket, maxPixels }: RenderSources,
): Promise<PictureSource | undefined> {
  return image ? openPicture(bucket, id, image, maxPixels) : undefined;
}

/** The picture's file, which was looked at to its end. */
async function readWholePicture(
  { id, image }: Document,
  { bucket, maxPixels }: RenderSources,
): Promise<PictureFile | undefined> {
  if (!image) return undefined;
  await checkPicture(bucket, id, image, maxPixels);
  return readPicture(bucket, id, image);
}
