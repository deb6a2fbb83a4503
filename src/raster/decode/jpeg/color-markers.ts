import { ICC_MAX_BYTES } from "../../color/icc-file.ts";
import type { JpegComponent } from "../../headers/jpeg-frame.ts";
import type { ColorKind } from "../../pixel-codec/jpeg-decoder-exports.ts";

const APP0 = 0xe0;
const APP2 = 0xe2;
const APP14 = 0xee;
const ICC_NAME = "ICC_PROFILE\0";
/** Adobe's segment: its name, a version, two sets of flags, then what was done to the colours. */
const ADOBE_TRANSFORM_AT = 11;
const ADOBE_RGB_OR_CMYK = 0;

/** What the markers of applications say about colours. */
export class ColorMarkers {
  #jfif = false;
  #adobeTransform: number | undefined;
  readonly #profileParts = new Map<number, Uint8Array>();
  #profilePartCount = 0;
  #profileBytes = 0;

  read(marker: number, data: DataView): void {
    if (marker === APP0 && startsWith(data, "JFIF\0")) this.#jfif = true;
    else if (marker === APP2 && startsWith(data, ICC_NAME)) this.#readProfilePart(data);
    else if (marker === APP14 && startsWith(data, "Adobe") && data.byteLength > ADOBE_TRANSFORM_AT) {
      this.#adobeTransform = data.getUint8(ADOBE_TRANSFORM_AT);
    }
  }

  /** Says what the components are. T.81 leaves this open; libjpeg decides as here, and browsers with it. */
  findKind(components: readonly JpegComponent[]): ColorKind {
    const adobe = this.#adobeTransform;
    switch (components.length) {
      case 1:
        return "gray";
      case 3: {
        if (this.#jfif) return "ycbcr";
        if (adobe !== undefined) return adobe === ADOBE_RGB_OR_CMYK ? "rgb" : "ycbcr";
        return String.fromCharCode(...components.map(({ id }) => id)) === "RGB" ? "rgb" : "ycbcr";
      }
      default:
        if (adobe === undefined) return "cmyk";
        return adobe === ADOBE_RGB_OR_CMYK ? "invertedCmyk" : "ycck";
    }
  }

  /** Joins the numbered parts of a profile. undefined: there is none, or part of it is missing. */
  joinProfile(): Uint8Array | undefined {
    const count = this.#profilePartCount;
    const inOrder = Array.from({ length: count }, (_, index) => this.#profileParts.get(index + 1));
    const found = inOrder.filter((part) => part !== undefined);
    if (count === 0 || found.length < count) return undefined;
    const profile = new Uint8Array(found.reduce((sum, part) => sum + part.byteLength, 0));
    let filled = 0;
    for (const part of found) {
      profile.set(part, filled);
      filled += part.byteLength;
    }
    return profile;
  }

  /** ICC.1:2022 annex B.4: after the name come the number of the part, from 1, and how many there are. */
  #readProfilePart(data: DataView): void {
    const body = ICC_NAME.length + 2;
    if (data.byteLength < body) return;
    this.#profileBytes += data.byteLength - body;
    if (this.#profileBytes > ICC_MAX_BYTES) return;
    this.#profilePartCount = data.getUint8(body - 1);
    const part = new Uint8Array(data.buffer, data.byteOffset + body, data.byteLength - body);
    this.#profileParts.set(data.getUint8(body - 2), part);
  }
}

function startsWith(data: DataView, name: string): boolean {
  if (data.byteLength < name.length) return false;
  return Array.from(name).every((letter, at) => data.getUint8(at) === letter.charCodeAt(0));
}
