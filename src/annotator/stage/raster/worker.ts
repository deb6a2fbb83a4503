import { type Canvas, Drawer } from "./drawer.ts";
import type { FromDrawer, ToDrawer } from "./messages.ts";

/** The worker that draws the marks, so that the page stays quick. */

const drawer = new Drawer({
  createCanvas,
  send: (message: FromDrawer) => {
    const moved = message.kind === "tile" && message.image instanceof ImageBitmap ? [message.image] : [];
    postMessage(message, { transfer: moved });
  },
});

addEventListener("message", ({ data }: MessageEvent<ToDrawer>) => drawer.receive(data));

function createCanvas(width: number, height: number): Canvas {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("There is no 2d context");
  return { context, finish: () => canvas.transferToImageBitmap() };
}
