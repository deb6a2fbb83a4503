import { createYielder } from "../../../event-loop.ts";
import type { ImageFile } from "../image-file.ts";
import { JpegDecoder, type JpegView } from "./jpeg-decoder.ts";
import type { JpegLayout } from "./layout.ts";
import { feedScans, openScans, type ScanInput } from "./scan-input.ts";

/** Decodes a JPEG row by row, from top to bottom. */
export class JpegRows {
  readonly #decoder: JpegDecoder;
  readonly #scans: ScanInput[];
  readonly #yield = createYielder();
  /** Rows from the top that are decoded, and that were passed. */
  #decoded = 0;
  #next = 0;

  /** `inkGrid`: how inks look (`makeInkGrid`). Throws `DamagedImage`, `UndecodableImage`. */
  constructor(file: ImageFile, layout: JpegLayout, view: JpegView, inkGrid?: Int16Array) {
    this.#decoder = new JpegDecoder(layout, view, inkGrid);
    this.#scans = openScans(file, layout.scans);
  }

  get memoryBytes(): number {
    return this.#scans.reduce((sum, scan) => sum + scan.memoryBytes, this.#decoder.memoryBytes);
  }

  /** Whether pixels of the rows so far are missing or damaged. What is missing is gray. */
  get hasGaps(): boolean {
    return this.#decoder.hasGaps(this.#scans.length);
  }

  /** Writes the next row of RGBA pixels. Throws `DamagedImage` if there are no pixels at all, `UndecodableImage`. */
  async readRow(into: Uint8Array): Promise<void> {
    while (this.#next >= this.#decoded) await this.#decodeMcuRow();
    this.#decoder.readRow(this.#next++, into);
  }

  /** Passes over a row. */
  async skipRow(): Promise<void> {
    while (this.#next >= this.#decoded) await this.#decodeMcuRow();
    this.#next++;
  }

  async close(): Promise<void> {
    this.#decoder.close();
    for (const scan of this.#scans) await scan.close();
  }

  async #decodeMcuRow(): Promise<void> {
    await feedScans(this.#decoder, this.#scans, () => this.#decoder.decodeMcuRow());
    this.#decoded = this.#decoder.countDecodedRows();
    await this.#yield();
  }
}
