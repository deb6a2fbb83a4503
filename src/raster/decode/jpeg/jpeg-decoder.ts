import { DamagedImage } from "../../headers/damaged-image.ts";
import { UndecodableImage } from "../../image-errors.ts";
import { giveBackCodec, takeCodec, type CodecExports } from "../../pixel-codec/codec-instance.ts";
import {
  colorKinds,
  INPUT_BYTES,
  tableKinds,
  type TableKind,
} from "../../pixel-codec/jpeg-decoder-exports.ts";
import type { JpegLayout } from "./layout.ts";
import type { JpegScan } from "./scan-header.ts";
import { NO_SENSE, type HuffmanCodes } from "./tables.ts";

/** What of a picture is decoded. */
export interface JpegView {
  /** Pixels that 8 × 8 of the file become a side: 8, or 4, 2, 1 for a smaller picture. */
  blockSamples: number;
  /** The columns that are wanted, of the smaller picture. */
  firstColumn: number;
  columnCount: number;
}

/** A decoder of one picture, in WebAssembly. It throws `UndecodableImage` if that fails, and can't be used after. */
export class JpegDecoder {
  #codec: CodecExports | undefined = takeCodec();
  readonly #rowBytes: number;

  /** `inkGrid`: how inks look (`makeInkGrid`). Throws `DamagedImage` if the tables make no sense. */
  constructor(layout: JpegLayout, view: JpegView, inkGrid?: Int16Array) {
    this.#rowBytes = view.columnCount * 4;
    this.call((codec) => describePicture(codec, layout, view, inkGrid));
  }

  get memoryBytes(): number {
    return this.#codec?.memory.buffer.byteLength ?? 0;
  }

  /** Decodes the next MCU row. Returns the number of a scan that needs input first; undefined: the row is decoded. */
  decodeMcuRow(): number | undefined {
    const scan = this.call((codec) => codec.decodeMcuRow());
    return scan < 0 ? undefined : scan;
  }

  /** Decodes the next MCU row to a stripe for the instance's encoder, if it was started. Returns as `decodeMcuRow`. */
  decodeStripe(): number | undefined {
    const scan = this.call((codec) => codec.decodeStripe());
    return scan < 0 ? undefined : scan;
  }

  /** Brings up to `INPUT_BYTES` to a scan that needs them. undefined: its data has ended. */
  addInput(scan: number, bytes: Uint8Array | undefined): void {
    this.call((codec) => {
      const address = codec.inputAddress(scan);
      if (bytes) new Uint8Array(codec.memory.buffer, address, INPUT_BYTES).set(bytes);
      codec.addInput(scan, bytes?.byteLength ?? 0);
    });
  }

  /** Rows from the top that can be read now. */
  countDecodedRows(): number {
    return this.call((codec) => codec.countDecodedRows());
  }

  readRow(y: number, into: Uint8Array): void {
    this.call((codec) => {
      const address = codec.convertRow(y);
      into.set(new Uint8Array(codec.memory.buffer, address, this.#rowBytes));
    });
  }

  /** Whether the scan has had any data. */
  hasData(scan: number): boolean {
    return this.call((codec) => codec.hasData(scan)) !== 0;
  }

  /** Whether data was missing, or made no sense, so far. */
  hasGaps(scans: number): boolean {
    return this.call((codec) => {
      const missing = Array.from({ length: scans }, (_, scan) => codec.countMissingUnits(scan));
      return codec.countUnknownCodes() > 0 || missing.some((units) => units > 0);
    });
  }

  close(): void {
    if (this.#codec) giveBackCodec(this.#codec);
    this.#codec = undefined;
  }

  /** Calls the instance. One that has trapped is not used again. */
  call<T>(work: (codec: CodecExports) => T): T {
    if (!this.#codec) throw new RangeError("The decoder is closed");
    try {
      return work(this.#codec);
    } catch (error) {
      this.#codec = undefined;
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      throw new UndecodableImage("The JPEG decoder stopped", { cause: error });
    }
  }
}

function describePicture(
  codec: CodecExports,
  layout: JpegLayout,
  view: JpegView,
  inkGrid: Int16Array | undefined,
): void {
  const { frame, quantization, scans, color } = layout;
  codec.createDecoder(frame.width, frame.height, colorKinds[color], view.blockSamples);
  for (const [index, { h, v }] of frame.components.entries()) {
    const table = quantization[index] ?? new Uint16Array();
    new Uint16Array(codec.memory.buffer, codec.addComponent(h, v), table.length).set(table);
  }
  const tables = new TableMaker(codec);
  for (const scan of scans) {
    const { ss, se, ah, al } = scan;
    const number = codec.addScan(frame.progressive ? 1 : 0, ss, se, ah, al, scan.restartInterval);
    for (const { component, dc, ac } of scan.parts) {
      const acKind = acKindOf(frame.progressive, scan);
      codec.addScanPart(number, component, tables.find(dc, "dc"), tables.find(ac, acKind));
    }
  }
  if (inkGrid) {
    const address = codec.addInkGrid();
    new Int16Array(codec.memory.buffer, address, inkGrid.length).set(inkGrid);
  }
  codec.startDecoder(view.firstColumn, view.columnCount);
}

function acKindOf(progressive: boolean, { ah }: JpegScan): TableKind {
  if (!progressive) return "ac";
  return ah === 0 ? "acBand" : "acCorrection";
}

/** Makes each table once, however many scans use it. */
class TableMaker {
  readonly #codec: CodecExports;
  readonly #addresses = new Map<HuffmanCodes, Map<TableKind, number>>();

  constructor(codec: CodecExports) {
    this.#codec = codec;
  }

  /** Returns the table's address; 0 for none. */
  find(codes: HuffmanCodes | undefined, kind: TableKind): number {
    if (!codes) return 0;
    const ofKinds = this.#addresses.get(codes) ?? new Map<TableKind, number>();
    this.#addresses.set(codes, ofKinds);
    const known = ofKinds.get(kind);
    if (known !== undefined) return known;
    const address = this.#make(codes, kind);
    ofKinds.set(kind, address);
    return address;
  }

  #make({ counts, symbols }: HuffmanCodes, kind: TableKind): number {
    const address = this.#codec.newTable();
    const bytes = new Uint8Array(this.#codec.memory.buffer, address);
    bytes.set(counts);
    bytes.set(symbols, counts.byteLength);
    if (this.#codec.fillTable(address, tableKinds[kind]) === 0) throw new DamagedImage(NO_SENSE);
    return address;
  }
}
