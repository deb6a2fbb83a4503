import { sumBytes, type ExportedFile } from "../files/exported-file.ts";
import type { ImageInfo } from "../raster/headers/image-info.ts";
import { stripMetadata } from "../raster/strip-metadata.ts";
import { drawingElement } from "../scene/draw-annotation.ts";
import { fillAttributes, toPaint } from "../scene/paint.ts";
import { sceneGroupEnd, sceneGroupStart, sceneSvgEnd, sceneSvgStart, viewFrame } from "../scene/scene-svg.ts";
import { attributes } from "../scene/svg-text.ts";
import { defineEmoji, defineGlyph } from "../scene/text-svg.ts";
import { base64Length, encodeBase64 } from "./base64-parts.ts";
import { allDrawings, type ExportScene } from "./export-scene.ts";

/** The bytes of an image as stored, and its header. */
export interface EmbeddedImage {
  bytes: Uint8Array;
  info: ImageInfo;
}

interface Size {
  width: number;
  height: number;
}

/**
 * Writes a self-contained SVG of `size` pixels; the upper `frameSize` of them show the scene's frame. The image is
 * embedded as a data URL, and text becomes outlines. Viewers disagree on EXIF orientation, so it is removed from the
 * embedded file with all other metadata, and replaced by a transform, on which they agree.
 */
export function renderSvg(
  scene: ExportScene,
  { size, frameSize }: { size: Size; frameSize: Size },
  image: EmbeddedImage | undefined,
  background: string,
): ExportedFile {
  const encoder = new TextEncoder();
  const embedded = image ? stripMetadata(image.bytes, image.info.type) : [];
  const [under, underEnd] = image ? imageElement(image.info, frameSize) : [sheet(frameSize, background), ""];
  const head = encoder.encode(sceneSvgStart(size) + writeDefinitions(scene) + under);
  const middle = encoder.encode(underEnd + sceneGroupStart(viewFrame(scene.frame, frameSize)));
  /** Made anew each time: the elements of thousands of texts take far more memory than the drawings. */
  function* shapes(): Generator<Uint8Array> {
    for (const drawing of allDrawings(scene)) yield encoder.encode(drawingElement(drawing));
  }
  const tail = encoder.encode(sceneGroupEnd + sceneSvgEnd);
  function* parts(): Generator<Uint8Array> {
    yield head;
    yield* encodeBase64(embedded);
    yield middle;
    yield* shapes();
    yield tail;
  }
  return {
    parts: parts(),
    size: base64Length(sumBytes(embedded)) + sumBytes([head, middle, tail, ...shapes()]),
    width: size.width,
    height: size.height,
    warnings: scene.warnings,
  };
}

/** The glyphs and emoji of all texts, each once. */
function writeDefinitions(scene: ExportScene): string {
  const definitions = new Map<string, string>();
  for (const { texts = [] } of allDrawings(scene)) {
    for (const { text } of texts) {
      for (const glyph of text.glyphs) {
        if (!definitions.has(glyph.id)) definitions.set(glyph.id, defineGlyph(glyph));
      }
      for (const { emoji } of text.emoji) {
        if (!definitions.has(emoji.id)) definitions.set(emoji.id, defineEmoji(emoji));
      }
    }
  }
  return definitions.size === 0 ? "" : `<defs>${[...definitions.values()].join("")}</defs>`;
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
