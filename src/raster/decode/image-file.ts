/** The bytes of an image, wherever they are stored. They can be read more than once. */
export interface ImageFile {
  /** Bytes. */
  size: number;
  /** Streams the file from `offset` (by default 0) to its end. Leave the loop to stop early. */
  read(offset?: number): AsyncIterable<Uint8Array>;
  /** Reads `length` bytes from `offset`, or fewer where the file ends before. */
  readRange(offset: number, length: number): Promise<Uint8Array>;
}

/** Reads the whole file into memory. */
export async function readWholeFile(file: ImageFile): Promise<Uint8Array> {
  const bytes = new Uint8Array(file.size);
  let filled = 0;
  for await (const part of file.read()) {
    bytes.set(part, filled);
    filled += part.byteLength;
  }
  return bytes;
}
