import { sceneDrawings, type Scene } from "./collect-scene.ts";
import { sumBytes, type ExportedFile } from "../files/exported-file.ts";
import type { ImageInfo } from "../raster/headers/image-info.ts";
import { stripMetadata } from "../raster/strip-metadata.ts";
import { drawingElement } from "../scene/draw-annotation.ts";
import { fillAttributes, toPaint } from "../scene/paint.ts";
import { sceneGroupEnd, sceneGroupStart, sceneSvgEnd, sceneSvgStart, viewFrame } from "../scene/scene-svg.ts";
import { attributes } from "../scene/svg-text.ts";
import { base64Length, encodeBase64 } from "./base64-parts.ts";

/** A picture as it is stored, with what its header tells. */
export interface PictureFile {
  bytes: Uint8Array;
  info: ImageInfo;
}

interface Size {
  width: number;
  height: number;
}

/**
 * A self-contained SVG of `size` pixels, the upper `frameSize` of them the scene's frame: the picture's own pixels as a data URL, text as outlines. Viewers disagree on EXIF
 * orientation: it is taken out of the embedded file, with all other metadata, and a transform that every viewer follows takes its place.
 */
export function renderSvg(
  scene: Scene,
  { size, frameSize }: { size: Size; frameSize: Size },
  picture: PictureFile | undefined,
  background: string,
): ExportedFile {
  const encoder = new TextEncoder();
  const embedded = picture ? stripMetadata(picture.bytes, picture.info.type) : [];
  const [under, underEnd] = picture
    ? imageElement(picture.info, frameSize)
    : [sheet(frameSize, background), ""];
  const head = encoder.encode(sceneSvgStart(size) + under);
  const middle = encoder.encode(underEnd + sceneGroupStart(viewFrame(scene.frame, frameSize)));
  const shapes = sceneDrawings(scene).map((drawing) => encoder.encode(drawingElement(drawing)));
  const tail = encoder.encode(sceneGroupEnd + sceneSvgEnd);
  function* parts(): Generator<Uint8Array> {
    yield head;
    yield* encodeBase64(embedded);
    yield middle;
    yield* shapes;
    yield tail;
  }
  return {
    parts: parts(),
    size: base64Length(sumBytes(embedded)) + sumBytes([head, middle, ...shapes, tail]),
    width: size.width,
    height: size.height,
    warnings: scene.warnings,
  };
}

function sheet(size: Size, background: string): string {
  return `<rect${attributes({ ...size, ...fillAttributes(toPaint(background)) })}/>`;
}

/** What comes before and after the picture's base64. */
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

/** SVG's matrix(a b c d e f) from stored to upright pixels, by EXIF orientation; `w` and `h` are the stored sides. */
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
