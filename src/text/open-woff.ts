import type { TextPlatform } from "./text-platform.ts";

/** Bytes of the headers, and of an entry in the table directories: WOFF 1.0 §3–4, OpenType `otff`. */
const WOFF_HEADER = 44;
const WOFF_ENTRY = 20;
const SFNT_HEADER = 12;
const SFNT_ENTRY = 16;
const SIGNATURE = 0x774f4646;

/**
 * Unpacks the OpenType font in a WOFF 1.0 file (W3C). Rejects if the bytes are not a WOFF. Copies the checksums of the
 * font's directory, and does not verify them.
 */
export async function openWoff(woff: Uint8Array, inflate: TextPlatform["inflate"]): Promise<Uint8Array> {
  const from = new DataView(woff.buffer, woff.byteOffset, woff.byteLength);
  if (woff.byteLength < WOFF_HEADER || from.getUint32(0) !== SIGNATURE) throw new Error("Not a WOFF file");
  const tables = Array.from({ length: from.getUint16(12) }, (_, index) => {
    const entry = WOFF_HEADER + index * WOFF_ENTRY;
    const offset = from.getUint32(entry + 4);
    return {
      tag: from.getUint32(entry),
      stored: woff.subarray(offset, offset + from.getUint32(entry + 8)),
      length: from.getUint32(entry + 12),
      checksum: from.getUint32(entry + 16),
    };
  });

  const head = SFNT_HEADER + tables.length * SFNT_ENTRY;
  const sfnt = new Uint8Array(tables.reduce((sum, table) => sum + align(table.length), head));
  const to = new DataView(sfnt.buffer);
  to.setUint32(0, from.getUint32(4));
  to.setUint16(4, tables.length);
  let offset = head;
  for (const [index, { tag, stored, length, checksum }] of tables.entries()) {
    const entry = SFNT_HEADER + index * SFNT_ENTRY;
    to.setUint32(entry, tag);
    to.setUint32(entry + 4, checksum);
    to.setUint32(entry + 8, offset);
    to.setUint32(entry + 12, length);
    // A table that would not get smaller is stored uncompressed.
    sfnt.set(stored.byteLength < length ? await inflate(stored) : stored, offset);
    offset += align(length);
  }
  return sfnt;
}

/** Tables start at multiples of four bytes. */
function align(length: number): number {
  return (length + 3) & ~3;
}
