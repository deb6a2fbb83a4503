import { BoundedCache } from "./bounded-cache.ts";

/**
 * HarfBuzz shapes text in browsers and in Android. Here it runs on an instance of our own: the package's JavaScript
 * fetches its WebAssembly and compiles more at run time, which Workers forbid.
 */

/** The exports used here. Addresses are numbers; a null pointer is 0. */
interface HarfBuzzExports {
  memory: WebAssembly.Memory;
  __wasm_call_ctors(): void;
  malloc(bytes: number): number;
  free(address: number): void;
  hb_blob_create(data: number, bytes: number, mode: number, userData: number, destroy: number): number;
  hb_blob_destroy(blob: number): void;
  hb_face_create(blob: number, index: number): number;
  hb_face_destroy(face: number): void;
  hb_font_create(face: number): number;
  hb_font_destroy(font: number): void;
  hb_font_get_nominal_glyph(font: number, codePoint: number, glyph: number): number;
  hb_buffer_create(): number;
  hb_buffer_reset(buffer: number): void;
  hb_buffer_add_utf16(buffer: number, text: number, units: number, offset: number, length: number): void;
  hb_buffer_set_direction(buffer: number, direction: number): void;
  hb_buffer_guess_segment_properties(buffer: number): void;
  hb_shape(font: number, buffer: number, features: number, count: number): void;
  hb_buffer_get_length(buffer: number): number;
  hb_buffer_get_glyph_infos(buffer: number, length: number): number;
  hb_buffer_get_glyph_positions(buffer: number, length: number): number;
}

export type Direction = "ltr" | "rtl";

/** A shaped glyph, in font units, y up. Glyphs come in visual order, from left to right. */
export interface ShapedGlyph {
  id: number;
  advance: number;
  xOffset: number;
  yOffset: number;
}

/** `hb_direction_t`, `HB_MEMORY_MODE_WRITABLE`, and the sizes of `hb_glyph_info_t` and `hb_glyph_position_t`. */
const directions = { ltr: 4, rtl: 5 };
const WRITABLE = 2;
const GLYPH_BYTES = 20;
/** The size of `hb_feature_t`, and `HB_FEATURE_GLOBAL_END`. */
const FEATURE_BYTES = 16;
const TO_THE_END = 0xffffffff;
const WASM_PAGE = 65_536;

/** A font in HarfBuzz's memory. */
interface OpenFont {
  font: number;
  data: number;
  bytes: number;
}

/** The most bytes of fonts in HarfBuzz's memory. Only a text of a thousand different Chinese characters needs more. */
const OPEN_BYTES = 8 * 1024 * 1024;

/** The only instance, created for the first text: its memory never shrinks, and a second one would double it. */
let harfBuzz: HarfBuzz | undefined;

export function getHarfBuzz(module: WebAssembly.Module): HarfBuzz {
  harfBuzz ??= new HarfBuzz(module);
  return harfBuzz;
}

export class HarfBuzz {
  readonly #hb: HarfBuzzExports;
  readonly #buffer: number;
  /** Fonts by file. */
  readonly #open: BoundedCache<Uint8Array, OpenFont>;

  constructor(module: WebAssembly.Module) {
    this.#hb = instantiate(module);
    this.#buffer = this.#hb.hb_buffer_create();
    this.#open = new BoundedCache(
      OPEN_BYTES,
      ({ bytes }) => bytes,
      ({ font, data }) => {
        this.#hb.hb_font_destroy(font);
        this.#hb.free(data);
      },
    );
  }

  /** Bytes that the instance holds. WebAssembly memory never shrinks. */
  get memoryBytes(): number {
    return this.#hb.memory.buffer.byteLength;
  }

  /** The glyph of a character in an OpenType font; 0: the font has none. */
  glyphOf(file: Uint8Array, codePoint: number): number {
    const font = this.#openFont(file);
    const address = this.#allocate(4);
    const found = this.#hb.hb_font_get_nominal_glyph(font, codePoint, address);
    const glyph = new DataView(this.#hb.memory.buffer).getUint32(address, true);
    this.#hb.free(address);
    return found === 0 ? 0 : glyph;
  }

  /**
   * Shapes a run of one direction and script. Mirrors the brackets of a right-to-left run. `feature`: the four-letter
   * tag of an OpenType feature to use in addition to the default ones.
   */
  shape(file: Uint8Array, text: string, direction: Direction, feature?: string): ShapedGlyph[] {
    const font = this.#openFont(file);
    const hb = this.#hb;
    const address = this.#allocate(text.length * 2);
    const units = new Uint16Array(hb.memory.buffer, address, text.length);
    for (let index = 0; index < text.length; index++) units[index] = text.charCodeAt(index);
    hb.hb_buffer_reset(this.#buffer);
    hb.hb_buffer_add_utf16(this.#buffer, address, text.length, 0, text.length);
    hb.free(address);
    hb.hb_buffer_set_direction(this.#buffer, directions[direction]);
    hb.hb_buffer_guess_segment_properties(this.#buffer);
    this.#shapeBuffer(font, feature);

    const length = hb.hb_buffer_get_length(this.#buffer);
    const infos = hb.hb_buffer_get_glyph_infos(this.#buffer, 0);
    const positions = hb.hb_buffer_get_glyph_positions(this.#buffer, 0);
    const memory = new DataView(hb.memory.buffer);
    return Array.from({ length }, (_, index) => ({
      id: memory.getUint32(infos + index * GLYPH_BYTES, true),
      advance: memory.getInt32(positions + index * GLYPH_BYTES, true),
      xOffset: memory.getInt32(positions + index * GLYPH_BYTES + 8, true),
      yOffset: memory.getInt32(positions + index * GLYPH_BYTES + 12, true),
    }));
  }

  #shapeBuffer(font: number, feature: string | undefined): void {
    const hb = this.#hb;
    if (feature === undefined) return hb.hb_shape(font, this.#buffer, 0, 0);
    const address = this.#allocate(FEATURE_BYTES);
    const view = new DataView(hb.memory.buffer, address, FEATURE_BYTES);
    const tag = Array.from(feature).reduce((sum, char) => sum * 256 + char.charCodeAt(0), 0);
    // Tag, value, start and end.
    for (const [index, field] of [tag, 1, 0, TO_THE_END].entries()) view.setUint32(index * 4, field, true);
    hb.hb_shape(font, this.#buffer, address, 1);
    hb.free(address);
  }

  #allocate(bytes: number): number {
    const address = this.#hb.malloc(bytes);
    if (address === 0) throw new Error("HarfBuzz got no memory");
    return address;
  }

  #openFont(file: Uint8Array): number {
    const known = this.#open.get(file);
    if (known) return known.font;
    if (file.byteLength > OPEN_BYTES) throw new Error("HarfBuzz has no room for so large a font");
    // Before the new font is allocated: the memory never shrinks.
    this.#open.makeRoom(file.byteLength);
    const hb = this.#hb;
    const data = this.#allocate(file.byteLength);
    new Uint8Array(hb.memory.buffer, data, file.byteLength).set(file);
    const blob = hb.hb_blob_create(data, file.byteLength, WRITABLE, 0, 0);
    const face = hb.hb_face_create(blob, 0);
    const font = hb.hb_font_create(face);
    // The font holds the face, and the face the blob.
    hb.hb_blob_destroy(blob);
    hb.hb_face_destroy(face);
    this.#open.set(file, { font, data, bytes: file.byteLength });
    return font;
  }
}

function instantiate(module: WebAssembly.Module): HarfBuzzExports {
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] = {
      ...imports[from],
      [name]: () => {
        // Timers and process exit: shaping needs neither.
        throw new Error(`HarfBuzz called ${name}, which is not here`);
      },
    };
  }
  imports["env"] = { ...imports["env"], emscripten_resize_heap: (bytes: number) => grow(bytes >>> 0) };
  const instance = new WebAssembly.Instance(module, imports);
  // The compiler can't know what a compiled module exports.
  const exports = instance.exports as unknown as HarfBuzzExports;
  exports.__wasm_call_ctors();

  /** Returns 1 if the memory was grown, 0 if there is no more. */
  function grow(bytes: number): number {
    const pages = Math.ceil((bytes - exports.memory.buffer.byteLength) / WASM_PAGE);
    try {
      exports.memory.grow(pages);
      return 1;
    } catch (error) {
      if (error instanceof RangeError) return 0;
      throw error;
    }
  }
  return exports;
}
