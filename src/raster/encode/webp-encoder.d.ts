/** The package's own declaration needs Emscripten's global namespace, which it does not bring in. */
declare module "@jsquash/webp/codec/enc/webp_enc_simd.js" {
  /** libwebp's `WebPConfig` (webp/encode.h). Every field has to be there. */
  export interface WebpConfig {
    quality: number;
    target_size: number;
    target_PSNR: number;
    method: number;
    sns_strength: number;
    filter_strength: number;
    filter_sharpness: number;
    filter_type: number;
    partitions: number;
    segments: number;
    pass: number;
    show_compressed: number;
    preprocessing: number;
    autofilter: number;
    partition_limit: number;
    alpha_compression: number;
    alpha_filtering: number;
    alpha_quality: number;
    lossless: number;
    exact: number;
    image_hint: number;
    emulate_jpeg_size: number;
    thread_level: number;
    low_memory: number;
    near_lossless: number;
    use_delta_palette: number;
    use_sharp_yuv: number;
  }

  /** It copies the pixels into its own memory, and the file out of it. */
  export interface WebpEncoder {
    encode(rgba: Uint8Array, width: number, height: number, config: WebpConfig): Uint8Array | null;
  }

  export default function createEncoder(overrides: {
    instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void): void;
  }): Promise<WebpEncoder>;
}
