import { toBytes } from "./fixture-photos.ts";

const files = import.meta.glob("../../fixtures/jpeg/**/*", {
  query: "?inline",
  import: "default",
  eager: true,
});
const FOLDER = "../../fixtures/jpeg/";

/** A file of `test/fixtures/jpeg`. */
export function jpegFixture(name: string): Uint8Array {
  return toBytes(files[FOLDER + name] ?? "");
}

/** Their names, which start with `prefix` and end with `suffix`, without both. */
export function namesOfJpegFixtures(prefix: string, suffix: string): string[] {
  const start = FOLDER + prefix;
  return Object.keys(files)
    .filter((path) => path.startsWith(start) && path.endsWith(suffix))
    .map((path) => path.slice(start.length, -suffix.length));
}
