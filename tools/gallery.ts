import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { prepareAssets } from "./assets.ts";
import { SHEET_HEIGHT, SHEET_WIDTH, sheets, wholeGallery } from "./gallery-sheets.ts";
import { startLocalWorker } from "./local-worker.ts";
import { applyMigrations } from "./migrations.ts";
import { exitWithError, projectRoot } from "./project.ts";
import { drawSheet } from "./render-sheet.ts";

/**
 * `npm run gallery [-- --update]`: one picture of everything that can be drawn, as the service renders it, in
 * `exports/`. With `--update` also the golden pictures that tests compare with: look at them before you commit them.
 */

const goldenFolder = path.join(projectRoot, "test", "fixtures", "golden");

try {
  const { values } = parseArgs({ options: { update: { type: "boolean", default: false } } });
  await writeGallery(values.update);
} catch (error) {
  exitWithError(error);
}

async function writeGallery(update: boolean): Promise<void> {
  const state = await mkdtemp(path.join(os.tmpdir(), "acetate-gallery-"));
  await prepareAssets(projectRoot);
  await applyMigrations(projectRoot, state);
  const worker = await startLocalWorker({ root: projectRoot, state, host: "127.0.0.1", port: 0 });
  try {
    const whole = wholeGallery();
    const drawn = await drawSheet(worker.url, whole, whole);
    const gallery = path.join(projectRoot, "exports", "gallery");
    await mkdir(path.dirname(gallery), { recursive: true });
    for (const format of ["png", "jpg", "webp", "svg"] as const) {
      const file = `${gallery}.${format}`;
      await writeFile(file, await drawn.exportAs(format, { legend: true }));
      console.log(path.relative(projectRoot, file));
    }
    if (!update) return;
    await mkdir(goldenFolder, { recursive: true });
    // The one that README shows.
    await copyFile(`${gallery}.png`, path.join(goldenFolder, "gallery.png"));
    for (const sheet of sheets) {
      const golden = await drawSheet(worker.url, sheet, { width: SHEET_WIDTH, height: SHEET_HEIGHT });
      const file = path.join(goldenFolder, `${sheet.name}.png`);
      await writeFile(file, await golden.exportAs("png"));
      console.log(path.relative(projectRoot, file));
    }
  } finally {
    await worker.stop();
    await rm(state, { recursive: true, force: true });
  }
}
