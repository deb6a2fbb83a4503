import type { Browser } from "playwright-core";
import { PHOTO } from "./marks.ts";

/** A JPEG with light, shade and grain. */
export async function makePhoto(browser: Browser): Promise<Blob> {
  const page = await browser.newPage();
  const file = await page.evaluate(async ({ width, height }) => {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    if (!context) throw new Error("There is no canvas");
    const pixels = context.createImageData(width, height);
    for (let at = 0; at < width * height; at++) {
      const [x, y] = [at % width, Math.floor(at / width)];
      const light = 128 + 70 * Math.sin(x / 230) * Math.cos(y / 170) + ((x * 7 + y * 13) % 17);
      pixels.data.set([light, light * 0.9, 255 - light, 255], at * 4);
    }
    context.putImageData(pixels, 0, 0);
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 });
    let text = "";
    for (const byte of new Uint8Array(await blob.arrayBuffer())) text += String.fromCharCode(byte);
    return btoa(text);
  }, PHOTO);
  await page.close();
  return new Blob([Buffer.from(file, "base64")], { type: "image/jpeg" });
}
