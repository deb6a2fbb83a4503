import type { Page } from "playwright-core";

/** Pixels of the screen. Pictures are decoded, and compared, by the browser that made them. */

interface Clip {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The colour on the screen at a place of the page, as "r g b". */
export async function colorAt(page: Page, x: number, y: number): Promise<string> {
  const clip = { x: Math.round(x), y: Math.round(y), width: 1, height: 1 };
  const screen = await page.screenshot({ clip });
  return await page.evaluate(async (file) => {
    const bytes = Uint8Array.from(atob(file), (character) => character.charCodeAt(0));
    const context = new OffscreenCanvas(1, 1).getContext("2d");
    context?.drawImage(await createImageBitmap(new Blob([bytes])), 0, 0);
    const [r, g, b] = context?.getImageData(0, 0, 1, 1).data ?? [];
    return `${r} ${g} ${b}`;
  }, screen.toString("base64"));
}

/** The mean difference, 0–255, between a part of the screen and an equally large picture file. */
export async function meanDifference(page: Page, clip: Clip, file: Uint8Array): Promise<number> {
  const { width, height } = clip;
  const files = [await page.screenshot({ clip }), Buffer.from(file)].map((each) => each.toString("base64"));
  return await page.evaluate(
    async ({ files, width, height }) => {
      const [screen, wanted] = await Promise.all(
        files.map(async (each) => {
          const bytes = Uint8Array.from(atob(each), (character) => character.charCodeAt(0));
          const bitmap = await createImageBitmap(new Blob([bytes]));
          if (bitmap.width !== width || bitmap.height !== height) throw new Error("They differ in size");
          const context = new OffscreenCanvas(width, height).getContext("2d");
          context?.drawImage(bitmap, 0, 0);
          return context?.getImageData(0, 0, width, height).data;
        }),
      );
      if (!screen || !wanted) throw new Error("There are no pixels");
      let sum = 0;
      for (let at = 0; at < screen.length; at++)
        if (at % 4 !== 3) sum += Math.abs((screen[at] ?? 0) - (wanted[at] ?? 0));
      return sum / (screen.length * 0.75);
    },
    { files, width, height },
  );
}
