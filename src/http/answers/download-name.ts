import type { ExportJob } from "../../protocol/model/export-job.ts";

/**
 * Bytes of a name in UTF-8, without its extension. File systems take 255 bytes (ext4, APFS); browsers append " (12)" to a name that is taken.
 */
const STEM_MAX_BYTES = 200;

/** Names of devices on Windows, also with any extension, and with spaces before it. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)/i;
/**
 * What no name may hold: control characters, and what sets the direction of letters, so that `gpj.exe` can't look like `exe.jpg`. Format
 * characters that belong to letters and emoji (joiners, variation selectors, tags) stay.
 */
const INVISIBLE = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;
/** Separators of paths, and what Windows refuses; the double quote and the backslash would also end the header's quoted string. */
const RESERVED = /[\\/:*?"<>|]/g;

/**
 * `Content-Disposition` of a job's file, to be saved under its document's title (RFC 6266). Browsers take `filename*` with all of Unicode
 * (RFC 8187); what knows only `filename` (curl) gets the same in ASCII, or the job's id where nothing of the title is left in ASCII.
 */
export function describeDownload(title: string, { id, format, options }: ExportJob): string {
  // The registered extension of JSON-LD.
  const extension = options.profile === "w3c" ? "jsonld" : format;
  const stem = toFileStem(title);
  const ascii = toFileStem(toAscii(stem));
  const plain = /[a-z0-9]/i.test(ascii) ? ascii : id;
  const full = stem === "" ? id : stem;
  return `attachment; filename="${plain}.${extension}"; filename*=UTF-8''${encodeExtended(`${full}.${extension}`)}`;
}

/** A title as the name of a file, without extension, on every system; empty where nothing is left of it. */
export function toFileStem(title: string): string {
  const visible = title.toWellFormed().normalize("NFC").replace(/\s+/gu, " ").replace(INVISIBLE, "");
  const cut = cutToBytes(visible.replace(RESERVED, "-"), STEM_MAX_BYTES);
  // A dot at the start hides a file; Windows drops dots and spaces at the end.
  const stem = cut.replace(/^[\s.]+|[\s.]+$/gu, "");
  return DEVICE.test(stem) ? `_${stem}` : stem;
}

/** As many whole characters, as people see them, as fit. */
function cutToBytes(text: string, max: number): string {
  const encoder = new TextEncoder();
  let bytes = 0;
  for (const { segment, index } of new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text)) {
    bytes += encoder.encode(segment).byteLength;
    if (bytes > max) return text.slice(0, index);
  }
  return text;
}

/** Letters without their accents, anything else that is not ASCII as `_`. Some browsers would decode a `%`. */
function toAscii(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^\u0020-\u007e]+/g, "_")
    .replaceAll("%", "_");
}

/** RFC 8187 §3.2.1: what is no `attr-char` is percent-encoded. */
function encodeExtended(text: string): string {
  return encodeURIComponent(text).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
