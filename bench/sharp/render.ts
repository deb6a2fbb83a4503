import { readFile } from "node:fs/promises";
import { z } from "zod";
import sharp from "sharp";

/**
 * A child process that lays an SVG over a picture with sharp (libvips, librsvg), on one thread, each time it is asked.
 */

const jobSchema = z.object({
  /** Absent: a blank sheet of the overlay's size. */
  picture: z.string().optional(),
  overlay: z.string(),
  format: z.enum(["png", "jpg"]),
});

sharp.concurrency(1);
sharp.cache(false);

process.on("message", (message) => {
  void render(jobSchema.parse(message)).then((ms) =>
    process.send?.({ ms, rss: process.resourceUsage().maxRSS / 1024 }),
  );
});

async function render({ picture, overlay, format }: z.output<typeof jobSchema>): Promise<number> {
  const input = await readFile(overlay);
  const start = performance.now();
  const { width = 1, height = 1 } = await sharp(input, { unlimited: true }).metadata();
  const blank = { create: { width, height, channels: 3 as const, background: "#ffffff" } };
  const base = picture === undefined ? sharp(blank) : sharp(picture).autoOrient();
  const drawn = base.composite([
    { input: await sharp(input, { unlimited: true }).png({ compressionLevel: 0 }).toBuffer() },
  ]);
  await (format === "png" ? drawn.png() : drawn.jpeg({ quality: 85, chromaSubsampling: "4:2:0" })).toBuffer();
  return performance.now() - start;
}
