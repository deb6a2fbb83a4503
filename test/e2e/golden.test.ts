import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { SHEET_HEIGHT, SHEET_WIDTH, sheets } from "../../tools/gallery-sheets.ts";
import { projectRoot } from "../../tools/project.ts";
import { drawSheet } from "../../tools/render-sheet.ts";
import { useSharedService } from "../client/support/service.ts";
import { comparePictures, decodePicture } from "./support/pictures.ts";

const service = useSharedService();

describe("the gallery", () => {
  for (const sheet of sheets) {
    it(`shows ${sheet.name} as it was looked at and kept`, async () => {
      const drawn = await drawSheet(service.url, sheet, { width: SHEET_WIDTH, height: SHEET_HEIGHT });
      const golden = await readFile(
        path.join(projectRoot, "test", "fixtures", "golden", `${sheet.name}.png`),
      );
      const { mean, wrong } = comparePictures(
        decodePicture(await drawn.exportAs("png")),
        decodePicture(golden),
      );
      const hint =
        "npm run gallery -- --update makes the golden pictures anew: look at them before you commit them";
      expect(mean, hint).toBeLessThan(0.001);
      expect(wrong, hint).toBeLessThan(0.001);
    });
  }
});
