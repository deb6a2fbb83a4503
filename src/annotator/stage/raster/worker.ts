import { Drawer } from "./drawer.ts";
import type { FromDrawer, ToDrawer } from "./messages.ts";
import type { Canvas } from "./tile-painter.ts";

/** The worker that draws the marks, so that the page stays quick. */

const drawer = new Drawer({
  createCanvas,
  send: (message: FromDrawer) => {
    const images = message.kind === "painted" ? message.tiles.map(({ image }) => image) : [];
    postMessage(message, { transfer: images.filter((image) => image instanceof ImageBitmap) });
  },
});

addEventListener("message", ({ data }: MessageEvent<ToDrawer>) => drawer.receive(data));

function createCanvas(width: number, height: number): Canvas {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("There is no 2d context");
  return { context, finish: () => canvas.transferToImageBitmap() };
}
