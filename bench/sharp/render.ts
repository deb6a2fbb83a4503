import { readFile } from "node:fs/promises";
import { z } from "zod";
import sharp from "sharp";

/** A child process that does with sharp (libvips, libjpeg-turbo, librsvg) what it is asked, on one thread. */

const jobSchema = z.discriminatedUnion("do", [
  z.object({
    do: z.literal("render"),
    /** Absent: a white sheet. */
    picture: z.string().optional(),
    width: z.number(),
    height: z.number(),
    /** Absent: the picture is only encoded anew. */
    overlay: z.string().optional(),
    format: z.enum(["png", "jpg", "webp"]),
  }),
  z.object({ do: z.literal("thumbnail"), picture: z.string(), size: z.number() }),
  z.object({
    do: z.literal("photo"),
    width: z.number(),
    height: z.number(),
    progressive: z.boolean(),
    orientation: z.number(),
    file: z.string(),
  }),
  z.object({ do: z.literal("psnr"), one: z.string(), other: z.string() }),
  z.object({ do: z.literal("encode"), picture: z.string(), quality: z.number(), file: z.string() }),
]);
export type SharpJob = z.input<typeof jobSchema>;
type Job<Name extends SharpJob["do"]> = Extract<z.output<typeof jobSchema>, { do: Name }>;

/** What is told of two pictures that are the same: their ratio is infinite. */
const SAME_DB = 99;

sharp.concurrency(1);
sharp.cache(false);

process.on("message", (message) => {
  void perform(jobSchema.parse(message)).then((value) =>
    process.send?.({ value, rss: process.resourceUsage().maxRSS / 1024 }),
  );
});

/** Returns the figure asked for: milliseconds, decibels or bytes. */
async function perform(job: z.output<typeof jobSchema>): Promise<number> {
  switch (job.do) {
    case "render":
      return render(job);
    case "thumbnail":
      return makeThumbnail(job);
    case "photo":
      return makePhoto(job);
    case "psnr":
      return comparePixels(job);
    case "encode": {
      const { size } = await sharp(job.picture)
        .jpeg({ quality: job.quality, chromaSubsampling: "4:2:0" })
        .toFile(job.file);
      return size;
    }
  }
}

async function render({ picture, width, height, overlay, format }: Job<"render">): Promise<number> {
  const input = overlay === undefined ? undefined : await readFile(overlay);
  const start = performance.now();
  const blank = { create: { width, height, channels: 3 as const, background: "#ffffff" } };
  const base = picture === undefined ? sharp(blank) : sharp(picture).autoOrient();
  const drawn = input
    ? base.composite([
        { input: await sharp(input, { unlimited: true }).png({ compressionLevel: 0 }).toBuffer() },
      ])
    : base;
  switch (format) {
    case "png":
      await drawn.png().toBuffer();
      break;
    case "jpg":
      await drawn.jpeg({ quality: 85, chromaSubsampling: "4:2:0" }).toBuffer();
      break;
    case "webp":
      await drawn.webp({ quality: 85 }).toBuffer();
      break;
  }
  return performance.now() - start;
}

async function makeThumbnail({ picture, size }: Job<"thumbnail">): Promise<number> {
  const start = performance.now();
  await sharp(picture)
    .autoOrient()
    .resize({ width: size, height: size, fit: "inside" })
    .webp({ quality: 80 })
    .toBuffer();
  return performance.now() - start;
}

async function makePhoto(job: Job<"photo">): Promise<number> {
  const { width, height, progressive, orientation, file } = job;
  const grain = await sharp({
    create: {
      width,
      height,
      channels: 3,
      background: "#000000",
      noise: { type: "gaussian", mean: 128, sigma: 12 },
    },
  })
    .png({ compressionLevel: 0 })
    .toBuffer();
  const { size } = await sharp("test/fixtures/exif-landscape-1.jpg")
    .resize({ width, height, fit: "fill" })
    .composite([{ input: grain, blend: "soft-light" }])
    .withMetadata({ orientation })
    .jpeg({ quality: 90, chromaSubsampling: "4:2:0", progressive })
    .toFile(file);
  return size;
}

async function comparePixels({ one, other }: Job<"psnr">): Promise<number> {
  const [first, second] = await Promise.all([readPixels(one), readPixels(other)]);
  let sum = 0;
  for (let at = 0; at < first.length; at++) sum += ((first[at] ?? 0) - (second[at] ?? 0)) ** 2;
  if (first.length !== second.length) throw new Error(`${one} and ${other} differ in size`);
  return Math.min(SAME_DB, 10 * Math.log10((255 ** 2 * first.length) / sum));
}

function readPixels(file: string): Promise<Buffer> {
  return sharp(file, { unlimited: true }).removeAlpha().raw().toBuffer();
}
