import type { Annotation } from "../protocol/model/annotation.ts";
import type { Document } from "../protocol/model/document.ts";
import type { ExportJob } from "../protocol/model/export-job.ts";
import type { ExportedFile } from "../files/exported-file.ts";
import { openImageFile } from "../files/image-file.ts";
import { writeAcetate } from "../interchange/acetate.ts";
import { writeW3c } from "../interchange/w3c.ts";
import type { ImageSource } from "../raster/decode/image-source.ts";
import { checkImage, openImage } from "../raster/decode/open-image.ts";
import { onWhite } from "../raster/draw/blend.ts";
import { formatColor, parseColor } from "../raster/row-source.ts";
import type { PixelLimits } from "../raster/output-limit.ts";
import { TextLayout } from "../text/text-layout.ts";
import type { WriteBytes } from "../write-bytes.ts";
import { collectScene } from "./collect-scene.ts";
import { explainOutputLimit } from "./explain-size.ts";
import { ExportFailure, toExportFailure } from "./export-failure.ts";
import type { ExportScene } from "./export-scene.ts";
import { filterPages } from "./filter-annotations.ts";
import { collectComments } from "./threads.ts";
import { readAnnotations, readComments, readDocument, readLabelSet, type StateReader } from "./read-state.ts";
import { checkTime, renderRaster, type ReportProgress } from "./render-raster.ts";
import { renderSvg, type EmbeddedImage } from "./render-svg.ts";
import { type Size, scaleSize } from "./scale-size.ts";
import { createTextPlatform } from "./text-platform.ts";

/** Where a render reads from. */
export interface RenderSources {
  room: StateReader;
  bucket: R2Bucket;
  /** The Worker's static assets: fonts and emoji. */
  assets: Fetcher;
  /** The configuration's. */
  limits: PixelLimits;
}

/** Progress when the state is read, and when the image is decoded. */
const PROGRESS_READ = 0.1;
const PROGRESS_DECODED = 0.3;
/** Progress when the picture is drawn. Ending the file is the rest. */
const PROGRESS_DRAWN = 0.9;

/** What to render: a job, or a thumbnail. */
export interface RenderJob extends Pick<ExportJob, "seq" | "format" | "options"> {
  /** The longest side in pixels. Replaces `scale` of the options, and never enlarges. */
  fit?: number;
  /** Leaves out the picture. */
  withoutImage?: boolean;
  /** The `https://host` at which the file was requested, for addresses in the file; null: not known. */
  origin?: string | null;
}

/**
 * Writes the export of a job's document as it was at the job's `seq`. The same state, options and origin give the same
 * bytes. Throws `ExportFailure`, with a reason for a person, if no other try can help. After any other error another
 * try may succeed.
 *
 * @example
 * const job = { seq: 7, format: "png", options: { scale: 1, quality: 85, background: "#ffffff" } };
 * const sources = { room, bucket, assets, limits: readConfig(env) };
 * const { bytes } = await storeFile(bucket, key, "png", (write) =>
 *   renderExport(job, sources, write, async () => {}),
 * );
 */
export async function renderExport(
  job: RenderJob,
  sources: RenderSources,
  write: WriteBytes,
  reportProgress: ReportProgress,
): Promise<ExportedFile> {
  try {
    return await render(job, sources, write, reportProgress);
  } catch (error) {
    throw toExportFailure(error);
  }
}

const TOO_MUCH_SAID =
  "The comments are too many for the profile w3c, whose annotations have them inside. Export json without a profile.";

async function render(
  job: RenderJob,
  sources: RenderSources,
  write: WriteBytes,
  reportProgress: ReportProgress,
): Promise<ExportedFile> {
  const document = await readDocument(sources.room, job.seq);
  const { format, options } = job;
  const reading = format === "json" ? PROGRESS_DRAWN : PROGRESS_READ;
  const pages = reportPages(readAnnotations(sources.room, job.seq), reading, reportProgress);
  const annotations = filterPages(pages, options.annotations);
  const texts = new TextLayout(createTextPlatform(sources.assets));
  const comments = readComments(sources.room, job.seq);
  if (format === "json" && options.profile === "w3c") {
    const { byAnnotation, isComplete } = await collectComments(comments);
    if (!isComplete) throw new ExportFailure(TOO_MUCH_SAID);
    return writeW3c(
      { document, annotations, comments: byAnnotation, origin: job.origin ?? null },
      texts,
      write,
    );
  }
  if (format === "json") {
    const labels = await readLabelSet(sources.room, job.seq);
    return writeAcetate({ seq: job.seq, document, labels, annotations, comments }, write);
  }

  const showsNotes = options.notes === "numbers" || options.notes === "callouts";
  const scene = await collectScene(document, annotations, texts, {
    strokes: format !== "svg",
    ground: formatColor(onWhite(parseColor(options.background))),
    legend: options.legend === true ? (await readLabelSet(sources.room, job.seq)).labels : null,
    notes: options.notes,
    comments: showsNotes ? await collectComments(comments) : null,
  });
  await reportProgress(PROGRESS_READ);
  const sizes = scaleScene(scene, job);
  if (format === "svg") {
    const image = await openEmbeddedImage(document, sources);
    return renderSvg(scene, sizes, image, options.background, write);
  }
  checkSize(sizes.size, job, sources.limits, document);
  checkTime({ scene, ...sizes });
  const image = job.withoutImage ? undefined : await decodeImage(document, sources, sizes.frameSize);
  try {
    await reportProgress(PROGRESS_DECODED);
    return await renderRaster({ scene, format, options, ...sizes }, image, write, (done) =>
      reportProgress(PROGRESS_DECODED + done * (PROGRESS_DRAWN - PROGRESS_DECODED)),
    );
  } finally {
    await image?.close();
  }
}

/** Reports progress page by page, up to `end`. How many pages there are is not known before the last one. */
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

/** Output pixels of the frame, rounded, at least one; and of the frame with what lies below it. */
function scaleScene({ frame, footerHeight }: ExportScene, job: RenderJob): { size: Size; frameSize: Size } {
  const [width, height] = [frame.right - frame.left, frame.bottom - frame.top];
  const scale = job.fit === undefined ? job.options.scale : Math.min(1, job.fit / Math.max(width, height));
  const frameSize = scaleSize({ width, height }, scale);
  const footer = Math.ceil((footerHeight * frameSize.height) / height);
  return { frameSize, size: { ...frameSize, height: frameSize.height + footer } };
}

function checkSize(size: Size, job: RenderJob, limits: PixelLimits, document: Document): void {
  const excess = explainOutputLimit(size, job.options.scale, job.format, limits);
  if (excess === undefined) return;
  const sheet =
    document.width === null
      ? " The sheet was made to fit the annotations: with a width and height of its own the document would show only those within."
      : "";
  throw new ExportFailure(`${excess}.${sheet}`);
}

async function decodeImage(
  { id, image }: Document,
  { bucket, limits }: RenderSources,
  atLeast: Size,
): Promise<ImageSource | undefined> {
  return image ? openImage(await openImageFile(bucket, id, image), limits, { atLeast }) : undefined;
}

/** Opens the image's file, after decoding it once to its end. */
async function openEmbeddedImage(
  { id, image }: Document,
  { bucket, limits }: RenderSources,
): Promise<EmbeddedImage | undefined> {
  if (!image) return undefined;
  const file = await openImageFile(bucket, id, image);
  return { file, ...(await checkImage(file, limits)) };
}
