import path from "node:path";
import { prepareAssets } from "../../tools/assets.ts";

/** Fills `public/`, which the Worker under test serves. */
export default function setUpAssets(): Promise<void> {
  return prepareAssets(path.resolve(import.meta.dirname, "../.."));
}
