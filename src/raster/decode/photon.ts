import photonModule from "../../../generated/photon.wasm";
import { UndecodableImage } from "../image-errors.ts";

/**
 * Photon's codecs, on instances of our own. The package's JavaScript keeps one instance for the life of the isolate.
 * But a damaged file makes Photon panic, and a panic leaks its stack and all its allocations, so that after a few of
 * them every image fails. Here each image gets an instance, which takes about 7 ms. Its memory, which never shrinks, is
 * freed with it. It also lets us read pixels in place instead of copying them: memory is what limits the size of an
 * image.
 */

/** The exports of Photon used here. Vectors are passed as an address and a length in bytes. */
interface PhotonExports {
  memory: WebAssembly.Memory;
  __wbindgen_externrefs: WebAssembly.Table;
  __wbindgen_start(): void;
  __wbindgen_malloc(bytes: number, align: number): number;
  __wbindgen_free(address: number, bytes: number, align: number): void;
  /** Both take over the vector, and return the address of the image. */
  photonimage_new_from_byteslice(address: number, bytes: number): number;
  photonimage_new(address: number, bytes: number, width: number, height: number): number;
  photonimage_get_width(image: number): number;
  photonimage_get_height(image: number): number;
  photonimage_get_raw_pixels(image: number): [address: number, bytes: number];
  photonimage_get_bytes_jpeg(image: number, quality: number): [address: number, bytes: number];
  photonimage_get_bytes_webp(image: number): [address: number, bytes: number];
  __wbg_photonimage_free(image: number, unwinding: number): void;
}

/** Bytes in an instance's memory. */
export interface Allocation {
  address: number;
  bytes: number;
}

export class PhotonInstance {
  readonly #photon = instantiate();

  /** Bytes that the instance holds. WebAssembly memory never shrinks. */
  get memoryBytes(): number {
    return this.#photon.memory.buffer.byteLength;
  }

  /** Allocates bytes, until they are released or handed over. */
  allocate(bytes: number): Allocation {
    return { address: this.#photon.__wbindgen_malloc(bytes, 1) >>> 0, bytes };
  }

  release(vector: Allocation): void {
    this.#photon.__wbindgen_free(vector.address, vector.bytes, 1);
  }

  /** A view of a vector. It is valid until the next call into the instance, which may move its memory. */
  view({ address, bytes }: Allocation): Uint8Array {
    return new Uint8Array(this.#photon.memory.buffer, address, bytes);
  }

  /**
   * Decodes a JPEG, PNG, WebP or GIF (its first frame) to RGBA, and releases the file. Throws `UndecodableImage`. After
   * that the instance can't be used any more.
   */
  decode(file: Allocation): { width: number; height: number; pixels: Allocation } {
    const image = this.#decodeImage(file);
    const width = this.#photon.photonimage_get_width(image) >>> 0;
    const height = this.#photon.photonimage_get_height(image) >>> 0;
    const pixels = toAllocation(this.#photon.photonimage_get_raw_pixels(image));
    this.#photon.__wbg_photonimage_free(image, 0);
    return { width, height, pixels };
  }

  /**
   * Encodes RGBA pixels as a JPEG of `quality` 1–100, and releases them. Without `quality` it writes a lossless WebP.
   */
  encode(pixels: Allocation, width: number, height: number, quality: number | undefined): Uint8Array {
    const image = this.#photon.photonimage_new(pixels.address, pixels.bytes, width, height);
    const encoded = toAllocation(
      quality === undefined
        ? this.#photon.photonimage_get_bytes_webp(image)
        : this.#photon.photonimage_get_bytes_jpeg(image, quality),
    );
    this.#photon.__wbg_photonimage_free(image, 0);
    const file = this.view(encoded).slice();
    this.release(encoded);
    return file;
  }

  #decodeImage(file: Allocation): number {
    try {
      return this.#photon.photonimage_new_from_byteslice(file.address, file.bytes);
    } catch (error) {
      throw new UndecodableImage("Photon could not decode the file", { cause: error });
    }
  }
}

/** Photon returns addresses as signed numbers. */
function toAllocation([address, bytes]: [address: number, bytes: number]): Allocation {
  return { address: address >>> 0, bytes: bytes >>> 0 };
}

function instantiate(): PhotonExports {
  const imports: Record<string, WebAssembly.ImportValue> = {};
  for (const { name } of WebAssembly.Module.imports(photonModule)) {
    imports[name] = () => {
      // Photon uses these to draw on a browser's canvas. The codecs need none of them.
      throw new Error(`Photon called ${name}, which is not here`);
    };
  }
  imports["__wbindgen_init_externref_table"] = () => fillExternrefTable(exports.__wbindgen_externrefs);
  const instance = new WebAssembly.Instance(photonModule, { "./photon_rs_bg.js": imports });
  // The compiler can't know what a compiled module exports.
  const exports = instance.exports as unknown as PhotonExports;
  exports.__wbindgen_start();
  return exports;
}

/** Adds the constants that wasm-bindgen expects in its table of references. */
function fillExternrefTable(table: WebAssembly.Table): void {
  const constants = [undefined, null, true, false];
  const offset = table.grow(constants.length);
  table.set(0, undefined);
  for (const [index, constant] of constants.entries()) table.set(offset + index, constant);
}
