import codecModule from "../../../generated/webp-codec.wasm";

/** What the C files export. Addresses are numbers; 0 is no address. Views of the memory end when it grows. */
export interface WebpExports {
  memory: WebAssembly.Memory;
  /** Calls the constructors of the C library. */
  _initialize(): void;
  allocate(bytes: number): number;
  release(address: number): void;
  /** `decoder.c` */
  openLossy(data: number, bytes: number, alpha: number, alphaBytes: number): number;
  openLossless(data: number, bytes: number): number;
  pictureWidth(): number;
  pictureHeight(): number;
  isOpaque(): number;
  decodeRows(): number;
  decodedRows(): number;
  closePicture(): void;
  /** `encoder.c` */
  startPicture(width: number, height: number): number;
  bandRows(): number;
  addRows(count: number): number;
  encodePicture: (quality: number, compressAlpha: number) => number;
  endPicture(): void;
}

/** An instance of the module: it decodes or encodes one picture at a time. */
export interface WebpCodec {
  exports: WebpExports;
  /** Calls `encodePicture`, which may be suspended while `host.pause` waits. */
  encodePicture: (quality: number, compressAlpha: number) => number | Promise<number>;
  host: WebpHost;
}

/** What the module calls while it encodes. Where it can be suspended, it goes on when the promise is resolved. */
interface WebpHost {
  writeFile(address: number, bytes: number): Promise<void> | undefined;
  pause(): Promise<void> | undefined;
}

/**
 * JavaScript Promise Integration (WebAssembly JSPI, phase 4): a module can wait for a promise as if it were a call. It is
 * in V8 from version 13.7 on. No declarations have it yet.
 */
declare global {
  // oxlint-disable-next-line typescript/no-namespace -- The only way to add to the platform's declarations.
  namespace WebAssembly {
    const Suspending: (new (call: (...args: number[]) => unknown) => ExportValue) | undefined;
    const promising:
      | (<A extends unknown[], R>(call: (...args: A) => R) => (...args: A) => Promise<R>)
      | undefined;
  }
}

/** The memory of an instance never shrinks. What thumbnails and small pictures take is kept, more is given back. */
export const IDLE_BYTES_MAX = 8 * 1024 * 1024;
/** An export may have a decoder and an encoder at once. */
const IDLE_MAX = 2;

const idle: WebpCodec[] = [];

/** An instance for one picture. */
export function takeWebpCodec(): WebpCodec {
  return idle.pop() ?? instantiate();
}

/**
 * Keeps an instance for another picture. Call it once the picture is closed or ended, and never after an error: without
 * it the instance goes with the last reference to it.
 */
export function giveBackWebpCodec(codec: WebpCodec): void {
  const bytes = codec.exports.memory.buffer.byteLength;
  if (idle.length < IDLE_MAX && bytes <= IDLE_BYTES_MAX) idle.push(codec);
}

function instantiate(): WebpCodec {
  const host: WebpHost = { writeFile: () => undefined, pause: () => undefined };
  const { Suspending, promising } = WebAssembly;
  const suspends = Suspending !== undefined && promising !== undefined;
  const writeFile = (address: number, bytes: number): unknown => host.writeFile(address, bytes);
  const pause = (): unknown => host.pause();
  const imports = suspends
    ? { writeFile: new Suspending(writeFile), yield: new Suspending(pause) }
    : { writeFile, yield: () => undefined };
  const instance = new WebAssembly.Instance(codecModule, { codec: imports });
  // The compiler can't know what a compiled module exports.
  const exports = instance.exports as unknown as WebpExports;
  exports._initialize();
  const encodePicture = suspends ? promising(exports.encodePicture) : exports.encodePicture;
  return { exports, encodePicture, host };
}
