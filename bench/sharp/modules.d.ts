// What the bench uses of sharp: type checks must not need it installed.

declare module "sharp" {
  interface Sharp {
    autoOrient(): Sharp;
    resize(options: { width: number; height: number; fit: "fill" | "inside" }): Sharp;
    composite(layers: { input: Buffer; blend?: "soft-light" }[]): Sharp;
    removeAlpha(): Sharp;
    withMetadata(metadata: { orientation: number }): Sharp;
    png(options?: { compressionLevel: number }): Sharp;
    jpeg(options: { quality: number; chromaSubsampling: string; progressive?: boolean }): Sharp;
    webp(options: { quality: number }): Sharp;
    raw(): Sharp;
    toBuffer(): Promise<Buffer>;
    toFile(file: string): Promise<{ size: number }>;
  }
  interface Blank {
    create: {
      width: number;
      height: number;
      channels: 3;
      background: string;
      noise?: { type: "gaussian"; mean: number; sigma: number };
    };
  }
  interface SharpFactory {
    (input: Buffer | string | Blank, options?: { unlimited: boolean }): Sharp;
    concurrency(threads: number): void;
    cache(use: boolean): void;
  }
  const sharp: SharpFactory;
  export default sharp;
}
