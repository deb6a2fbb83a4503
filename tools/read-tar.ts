const BLOCK_BYTES = 512;

/**
 * Reads the files of a tar archive (POSIX.1-1988 ustar): a block of header before each, and its content in whole
 * blocks. Names over 100 bytes are cut off.
 */
export function* readTar(archive: Buffer): Generator<{ name: string; content: Buffer }> {
  let start = 0;
  while (start + BLOCK_BYTES <= archive.length && archive[start] !== 0) {
    const field = (at: number, length: number): string =>
      archive.toString("latin1", start + at, start + at + length).replace(/\0.*$/s, "");
    const size = Number.parseInt(field(124, 12), 8);
    const data = start + BLOCK_BYTES;
    // Types: a file is 0, and in old archives NUL.
    if (field(156, 1) === "0" || field(156, 1) === "") {
      yield { name: field(0, 100), content: archive.subarray(data, data + size) };
    }
    start = data + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
  }
}
