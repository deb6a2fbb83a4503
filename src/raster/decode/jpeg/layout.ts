import { DamagedImage } from "../../headers/damaged-image.ts";
import { JpegHeader, START_OF_SCAN } from "../../headers/jpeg.ts";
import type { JpegFrame } from "../../headers/jpeg-frame.ts";
import type { ColorKind } from "../../pixel-codec/jpeg-decoder-exports.ts";
import type { ImageFile } from "../image-file.ts";
import { ColorMarkers } from "./color-markers.ts";
import { readScanHeader, type JpegScan } from "./scan-header.ts";
import { visitSegments, type SegmentData } from "./segment-reader.ts";
import { JpegTables, NO_SENSE } from "./tables.ts";

/** Everything about a JPEG but its entropy-coded data. */
export interface JpegLayout {
  frame: JpegFrame;
  /** In zigzag order, one a component. */
  quantization: Uint16Array[];
  scans: JpegScan[];
  /** EXIF orientation 1–8. */
  orientation: number;
  color: ColorKind;
}

export interface JpegHeaders extends JpegLayout {
  /** An ICC profile, up to `ICC_MAX_BYTES` long. */
  profile: Uint8Array | undefined;
}

/**
 * Reads the layout of a JPEG. It stops at the first scan if that has all components, as in nearly all sequential files.
 * Otherwise it reads the file to its end, to find all scans. Throws `DamagedImage`, `UnsupportedImage`.
 */
export async function readLayout(file: ImageFile): Promise<JpegHeaders> {
  const reader = new LayoutReader(file.size);
  await visitSegments(file.read(), (segment) => {
    reader.read(segment);
    return reader.isComplete();
  });
  return reader.finish();
}

class LayoutReader {
  readonly #fileSize: number;
  readonly #header = new JpegHeader();
  readonly #tables = new JpegTables();
  readonly #colors = new ColorMarkers();
  readonly #scans: JpegScan[] = [];
  /** The table that was in force when the component's first scan came: as in libjpeg, later ones don't count. */
  readonly #quantization: (Uint16Array | undefined)[] = [];

  constructor(fileSize: number) {
    this.#fileSize = fileSize;
  }

  read(segment: SegmentData): void {
    const { marker, data } = segment;
    this.#endScan(segment.start);
    this.#header.read(marker, data);
    this.#tables.read(marker, data);
    // Only what comes before the pixels says how to show them.
    if (this.#scans.length === 0) this.#colors.read(marker, data);
    if (marker === START_OF_SCAN) this.#beginScan(segment);
  }

  /** Whether there can be no more scans. */
  isComplete(): boolean {
    const [first] = this.#scans;
    if (!first) return false;
    const { progressive, height, components } = this.#header.frame;
    return !progressive && height > 0 && first.parts.length === components.length;
  }

  finish(): JpegHeaders {
    const { frame, orientation } = this.#header;
    if (this.#scans.length === 0) throw new DamagedImage("it holds no pixels");
    if (frame.width === 0 || frame.height === 0) throw new DamagedImage("it has no size");
    // What a component without a scan should look like nobody knows, and gray is what browsers show.
    const none = new Uint16Array(64);
    return {
      frame,
      quantization: frame.components.map((_, index) => this.#quantization[index] ?? none),
      scans: this.#scans,
      orientation,
      color: this.#colors.findKind(frame.components),
      profile: this.#colors.joinProfile(),
    };
  }

  #beginScan({ data, end }: SegmentData): void {
    const { frame } = this.#header;
    const scan = readScanHeader(data, frame, this.#tables);
    this.#scans.push({ ...scan, start: end, end: this.#fileSize });
    for (const { component } of scan.parts) {
      const table = this.#tables.quantization[frame.components[component]?.table ?? 0];
      if (!table) throw new DamagedImage(NO_SENSE);
      this.#quantization[component] ??= table;
    }
  }

  /** The scan before ends where the next segment starts. */
  #endScan(start: number): void {
    const last = this.#scans.at(-1);
    if (last && last.end === this.#fileSize) last.end = start;
  }
}
