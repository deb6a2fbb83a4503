/** Vite's `?inline`: the file as a data URL. */
declare module "*?inline" {
  const dataUrl: string;
  export default dataUrl;
}

/** Vite's import of all files that match a pattern, by path. */
interface ImportMeta {
  glob(
    pattern: string,
    options: { query: "?inline"; import: "default"; eager: true },
  ): Record<string, string>;
}
