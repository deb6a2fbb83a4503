// What the bench uses of sharp: type checks must not need it installed.

declare module "sharp" {
  interface Sharp {
    metadata(): Promise<{ width?: number; height?: number }>;
    autoOrient(): Sharp;
    composite(layers: { input: Buffer }[]): Sharp;
    png(options?: { compressionLevel: number }): Sharp;
    jpeg(options: { quality: number; chromaSubsampling: string }): Sharp;
    toBuffer(): Promise<Buffer>;
  }
  interface Blank {
    create: { width: number; height: number; channels: 3; background: string };
  }
  interface SharpFactory {
    (input: Buffer | string | Blank, options?: { unlimited: boolean }): Sharp;
    concurrency(threads: number): void;
    cache(use: boolean): void;
  }
  const sharp: SharpFactory;
  export default sharp;
}
