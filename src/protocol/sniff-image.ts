import type { ImageType } from "./model/document.ts";

/** How many bytes tell the format. */
export const SNIFFED_BYTES = 12;

/** Tells the format from the first bytes. undefined: it is none of the four. */
export function sniffImageType(bytes: Uint8Array): ImageType | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, SNIFFED_BYTES));
  if (head.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) return "image/gif";
  if (head.startsWith("RIFF") && head.endsWith("WEBP")) return "image/webp";
  return undefined;
}
