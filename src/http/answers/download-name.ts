import type { ExportJob } from "../../protocol/model/export-job.ts";

/**
 * The most bytes of a name in UTF-8, without its extension. File systems take 255 (ext4, APFS), and browsers append "
 * (12)" to a name that exists already.
 */
const STEM_MAX_BYTES = 200;

/** Device names on Windows. They are reserved also with an extension, and with spaces before it. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)/i;
/**
 * Characters that no name may hold: control characters, and those that set the direction of text, which could make
 * `gpj.exe` look like `exe.jpg`. Format characters that belong to letters and emoji (joiners, variation selectors,
 * tags) stay.
 */
const INVISIBLE = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;
/**
 * Path separators, and what Windows refuses. The double quote and the backslash would also end the header's quoted
 * string.
 */
const RESERVED = /[\\/:*?"<>|]/g;

/**
 * The `Content-Disposition` that saves a job's file under its document's title (RFC 6266). Browsers read `filename*`,
 * which holds any Unicode (RFC 8187). Clients that know only `filename` (curl) get the title in ASCII, or the job's id
 * if no ASCII is left of the title.
 */
export function describeDownload(title: string, { id, format, options }: ExportJob): string {
  // JSON-LD's registered extension.
  const extension = options.profile === "w3c" ? "jsonld" : format;
  const stem = toFileStem(title);
  const ascii = toFileStem(toAscii(stem));
  const plain = /[a-z0-9]/i.test(ascii) ? ascii : id;
  const full = stem === "" ? id : stem;
  return `attachment; filename="${plain}.${extension}"; filename*=UTF-8''${encodeExtended(`${full}.${extension}`)}`;
}

/** A title as a file name that every system accepts, without extension. Empty if nothing of the title is left. */
export function toFileStem(title: string): string {
  const visible = title.toWellFormed().normalize("NFC").replace(/\s+/gu, " ").replace(INVISIBLE, "");
  const cut = cutToBytes(visible.replace(RESERVED, "-"), STEM_MAX_BYTES);
  // A dot at the start hides a file; Windows drops dots and spaces at the end.
  const stem = cut.replace(/^[\s.]+|[\s.]+$/gu, "");
  return DEVICE.test(stem) ? `_${stem}` : stem;
}

/** Cuts a text after the last whole grapheme that fits. */
function cutToBytes(text: string, max: number): string {
  const encoder = new TextEncoder();
  let bytes = 0;
  for (const { segment, index } of new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text)) {
    bytes += encoder.encode(segment).byteLength;
    if (bytes > max) return text.slice(0, index);
  }
  return text;
}

/** Drops accents, and replaces everything else that is not ASCII by `_`. Some browsers would decode a `%`. */
function toAscii(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^\u0020-\u007e]+/g, "_")
    .replaceAll("%", "_");
}

/** Percent-encodes everything but `attr-char` (RFC 8187 §3.2.1). */
function encodeExtended(text: string): string {
  return encodeURIComponent(text).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
