import { Drawer } from "./drawer.ts";
import type { FromDrawer } from "./messages.ts";
import type { Canvas } from "./tile-painter.ts";

/** The drawer in the page itself, where there can be no worker. It answers later, as a worker does. */
export function createPageDrawer(receive: (message: FromDrawer) => void): Drawer {
  return new Drawer({ createCanvas, send: (message) => queueMicrotask(() => receive(message)) });
}

function createCanvas(width: number, height: number): Canvas {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("There is no 2d context");
  return { context, finish: () => canvas };
}
