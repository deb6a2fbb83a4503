import photonModule from "photon-wasm/photon.wasm";

/**
 * Photon's codecs, which the tests hold against ours. The package's JavaScript keeps one instance for the life of the
 * isolate, and a damaged file makes it panic, which leaks all its allocations. So each image gets an instance.
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

  /** Decodes a JPEG, PNG, WebP or GIF (its first frame) to RGBA, and releases the file. */
  decode(file: Allocation): { width: number; height: number; pixels: Allocation } {
    const image = this.#photon.photonimage_new_from_byteslice(file.address, file.bytes);
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
