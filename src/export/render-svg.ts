import type { ExportedFile } from "../files/exported-file.ts";
import { PART_BYTES } from "../files/file-writer.ts";
import type { ImageFile } from "../raster/decode/image-file.ts";
import type { CheckedImage } from "../raster/decode/open-image.ts";
import type { ImageInfo } from "../raster/headers/image-info.ts";
import { stripMetadata } from "../raster/strip-metadata.ts";
import { drawingElement } from "../scene/draw-annotation.ts";
import { fillAttributes, toPaint } from "../scene/paint.ts";
import { sceneGroupEnd, sceneGroupStart, sceneSvgEnd, sceneSvgStart, viewFrame } from "../scene/scene-svg.ts";
import { attributes } from "../scene/svg-text.ts";
import { defineEmoji, defineGlyph } from "../scene/text-svg.ts";
import type { WriteBytes } from "../write-bytes.ts";
import { createYielder } from "../event-loop.ts";
import { encodeBase64 } from "./base64-parts.ts";
import { allDrawings, drawingBytes, type ExportScene } from "./export-scene.ts";

/** An image as stored. It can be decoded. */
export interface EmbeddedImage extends CheckedImage {
  file: ImageFile;
}

interface Size {
  width: number;
  height: number;
}

const definitionsStart = "<defs>";
const definitionsEnd = "</defs>";

/**
 * Writes a self-contained SVG of `size` pixels; the upper `frameSize` of them show the scene's frame. The image is
 * embedded as a data URL, and text becomes outlines. Viewers disagree on EXIF orientation, so it is removed from the
 * embedded file with all other metadata, and replaced by a transform, on which they agree.
 */
export async function renderSvg(
  scene: ExportScene,
  { size, frameSize }: { size: Size; frameSize: Size },
  image: EmbeddedImage | undefined,
  background: string,
  write: WriteBytes,
): Promise<ExportedFile> {
  const encoder = new TextEncoder();
  const [under, underEnd] = image ? imageElement(image.info, frameSize) : [sheet(frameSize, background), ""];
  const yieldToEventLoop = createYielder();
  await write(encoder.encode(sceneSvgStart(size) + definitionsStart));
  for (const definition of defineAll(scene)) {
    await write(encoder.encode(definition));
    await yieldToEventLoop();
  }
  await write(encoder.encode(definitionsEnd + under));
  if (image) {
    for await (const part of encodeBase64(stripMetadata(image.file, image.info.type))) {
      await write(part);
      await yieldToEventLoop();
    }
  }
  await write(encoder.encode(underEnd + sceneGroupStart(viewFrame(scene.frame, frameSize))));
  for (const drawing of allDrawings(scene)) {
    await write(encoder.encode(drawingElement(drawing)));
    await yieldToEventLoop();
  }
  await write(encoder.encode(sceneGroupEnd + sceneSvgEnd));
  const warnings = [...(image?.damage === undefined ? [] : [image.damage]), ...scene.warnings];
  const sceneBytes = allDrawings(scene).reduce(
    (sum, drawing) => sum + drawingBytes(drawing),
    scene.outlineBytes,
  );
  const peakBytes = (image?.peakBytes ?? 0) + sceneBytes + PART_BYTES;
  return { width: size.width, height: size.height, warnings, peakBytes };
}

/** Defines the glyphs and emoji of all texts, each once. */
function* defineAll(scene: ExportScene): Generator<string> {
  const defined = new Set<string>();
  for (const { text } of allDrawings(scene).flatMap(({ texts = [] }) => texts)) {
    for (const glyph of text.glyphs) {
      if (!defined.has(glyph.id)) yield defineGlyph(glyph);
      defined.add(glyph.id);
    }
    for (const { emoji } of text.emoji) {
      if (!defined.has(emoji.id)) yield defineEmoji(emoji);
      defined.add(emoji.id);
    }
  }
}

function sheet(size: Size, background: string): string {
  return `<rect${attributes({ ...size, ...fillAttributes(toPaint(background)) })}/>`;
}

/** What comes before and after the image's base64. */
function imageElement(info: ImageInfo, size: Size): [string, string] {
  const turned = info.orientation >= 5;
  const stored = turned
    ? { width: info.height, height: info.width }
    : { width: info.width, height: info.height };
  const scale = `scale(${size.width / info.width} ${size.height / info.height})`;
  const upright = `matrix(${uprightMatrix(info.orientation, stored.width, stored.height).join(" ")})`;
  const more = { preserveAspectRatio: "none", transform: `${scale} ${upright}` };
  const element = `<image${attributes({ ...stored, ...more })} href="data:${info.type};base64,`;
  return [element, `"/>`];
}

/** SVG's matrix(a b c d e f) from stored to upright pixels, by EXIF orientation. `w` and `h` are the stored sides. */
function uprightMatrix(orientation: number, w: number, h: number): number[] {
  switch (orientation) {
    case 2:
      return [-1, 0, 0, 1, w, 0];
    case 3:
      return [-1, 0, 0, -1, w, h];
    case 4:
      return [1, 0, 0, -1, 0, h];
    case 5:
      return [0, 1, 1, 0, 0, 0];
    case 6:
      return [0, 1, -1, 0, h, 0];
    case 7:
      return [0, -1, -1, 0, h, w];
    case 8:
      return [0, -1, 1, 0, 0, w];
    default:
      return [1, 0, 0, 1, 0, 0];
  }
}
