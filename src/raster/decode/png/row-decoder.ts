import { DamagedImage } from "../../headers/damaged-image.ts";
import { giveBackCodec, takeCodec, type CodecExports } from "../../pixel-codec/codec-instance.ts";
import { rowStates } from "../../pixel-codec/png-decoder-exports.ts";

const damages = new Map<number, string>([
  [rowStates.notDeflated, "its pixels can't be unpacked"],
  [rowStates.ended, "its pixels end too early"],
  [rowStates.unknownFilter, "a row has an unknown filter"],
]);

/** Decodes the rows of a PNG from the data of its IDAT chunks. The work is done in C: `pixel-codec/png-decoder.c`. */
export class PngRowDecoder {
  #codec: CodecExports | undefined;

  /** `step`: the bytes of a pixel, at least one. */
  constructor(rowBytesMax: number, step: number) {
    this.#codec = takeCodec();
    this.#codec.startPngDecoder(rowBytesMax, step);
  }

  /** The next row is the first one of a picture, or of a pass: there is none above it. */
  startPass(): void {
    this.#open().startPass();
  }

  /** Decodes the next row. false: it needs input first. Throws `DamagedImage`. */
  decodeRow(bytes: number): boolean {
    const state = this.#open().decodePngRow(bytes);
    const damage = damages.get(state);
    if (damage !== undefined) throw new DamagedImage(damage);
    return state === rowStates.decoded;
  }

  /** Brings up to `DEFLATED_INPUT_BYTES`. undefined: there are no more. */
  addInput(data: Uint8Array | undefined): void {
    const codec = this.#open();
    const address = codec.deflatedInput();
    if (data) new Uint8Array(codec.memory.buffer, address, data.byteLength).set(data);
    codec.addDeflated(data?.byteLength ?? 0);
  }

  /** The row that was decoded. It is good until the next one. */
  viewRow(bytes: number): Uint8Array {
    const codec = this.#open();
    return new Uint8Array(codec.memory.buffer, codec.pngRow(), bytes);
  }

  /** A row of RGB as RGBA. */
  viewRgbAsRgba(pixels: number): Uint8Array {
    const codec = this.#open();
    return new Uint8Array(codec.memory.buffer, codec.expandRgb(pixels), pixels * 4);
  }

  get memoryBytes(): number {
    return this.#codec?.memory.buffer.byteLength ?? 0;
  }

  /** Lets another picture have the memory. */
  giveBack(): void {
    if (this.#codec) giveBackCodec(this.#codec);
    this.#codec = undefined;
  }

  #open(): CodecExports {
    if (!this.#codec) throw new RangeError("The image is closed");
    return this.#codec;
  }
}
