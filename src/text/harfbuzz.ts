import harfBuzzModule from "../../generated/harfbuzz.wasm";

/**
 * HarfBuzz, which shapes text in browsers and in Android, on an instance of our own: the package's JavaScript fetches its
 * WebAssembly and compiles more at run time, which Workers forbid.
 */

/** The exports that are used. Addresses are numbers; a null pointer is 0. */
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

/** A glyph in visual order, from left to right. Font units, y up. */
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
/** Of `hb_feature_t`, and its `HB_FEATURE_GLOBAL_END`. */
const FEATURE_BYTES = 16;
const TO_THE_END = 0xffffffff;
const WASM_PAGE = 65_536;

/** A font in HarfBuzz's memory. */
interface OpenFont {
  font: number;
  data: number;
  bytes: number;
}

/** Bytes of fonts in HarfBuzz's memory: more than the fonts of any text but one in a thousand different Chinese characters. */
const OPEN_BYTES = 8 * 1024 * 1024;

/** The isolate's instance, made at the first text. */
let harfBuzz: HarfBuzz | undefined;

export function getHarfBuzz(): HarfBuzz {
  harfBuzz ??= new HarfBuzz();
  return harfBuzz;
}

class HarfBuzz {
  readonly #hb = instantiate();
  readonly #buffer = this.#hb.hb_buffer_create();
  /** By their file, in the order of their last use. */
  readonly #open = new Map<Uint8Array, OpenFont>();
  #openBytes = 0;

  /** What the instance holds; WebAssembly memory never shrinks. */
  get memoryBytes(): number {
    return this.#hb.memory.buffer.byteLength;
  }

  /** The glyph of a character of an OpenType font; 0: it has none. */
  glyphOf(file: Uint8Array, codePoint: number): number {
    const font = this.#openFont(file);
    const address = this.#allocate(4);
    const found = this.#hb.hb_font_get_nominal_glyph(font, codePoint, address);
    const glyph = new DataView(this.#hb.memory.buffer).getUint32(address, true);
    this.#hb.free(address);
    return found === 0 ? 0 : glyph;
  }

  /**
   * Shapes a run of one direction and script. Brackets of a right-to-left run are mirrored here. `feature`: an OpenType feature, by its
   * tag of four letters, to be used beside the usual ones.
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
    if (known) {
      this.#open.delete(file);
      this.#open.set(file, known);
      return known.font;
    }
    this.#makeRoom(file.byteLength);
    const hb = this.#hb;
    const data = this.#allocate(file.byteLength);
    new Uint8Array(hb.memory.buffer, data, file.byteLength).set(file);
    const blob = hb.hb_blob_create(data, file.byteLength, WRITABLE, 0, 0);
    const face = hb.hb_face_create(blob, 0);
    const font = hb.hb_font_create(face);
    // Each is held by the next.
    hb.hb_blob_destroy(blob);
    hb.hb_face_destroy(face);
    this.#open.set(file, { font, data, bytes: file.byteLength });
    this.#openBytes += file.byteLength;
    return font;
  }

  #makeRoom(bytes: number): void {
    for (const [file, oldest] of this.#open) {
      if (this.#openBytes + bytes <= OPEN_BYTES) return;
      this.#hb.hb_font_destroy(oldest.font);
      this.#hb.free(oldest.data);
      this.#open.delete(file);
      this.#openBytes -= oldest.bytes;
    }
  }
}

function instantiate(): HarfBuzzExports {
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  for (const { module, name } of WebAssembly.Module.imports(harfBuzzModule)) {
    imports[module] = {
      ...imports[module],
      [name]: () => {
        // Timers and the end of a process: shaping needs neither.
        throw new Error(`HarfBuzz called ${name}, which is not here`);
      },
    };
  }
  imports["env"] = { ...imports["env"], emscripten_resize_heap: (bytes: number) => grow(bytes >>> 0) };
  const instance = new WebAssembly.Instance(harfBuzzModule, imports);
  // What a compiled module exports is known only here.
  const exports = instance.exports as unknown as HarfBuzzExports;
  exports.__wasm_call_ctors();

  /** 1: done, 0: there is no more. */
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
