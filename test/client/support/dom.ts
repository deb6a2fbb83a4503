import { createRequire } from "node:module";

/*
 * As much of a browser's window as editors need. (vitest's environment "jsdom" puts all of it in the place of Node's,
 * `Event` included, which Node's WebSocket then can't use.)
 */
const { JSDOM } = createRequire(import.meta.url)("jsdom") as {
  JSDOM: new (html: string, options: object) => { window: Window & typeof globalThis };
};
const { window } = new JSDOM("<!doctype html><body></body>", { pretendToBeVisual: true });
const names = [
  "Window",
  "document",
  "getComputedStyle",
  "getSelection",
  "MutationObserver",
  "Node",
  "Element",
  "HTMLElement",
  "requestAnimationFrame",
  "cancelAnimationFrame",
] as const;
for (const name of names) Object.defineProperty(globalThis, name, { value: window[name] });
Object.defineProperty(globalThis, "window", { value: window });

// jsdom takes no `AbortSignal` of Node's.
const { prototype } = window.EventTarget;
const add: typeof prototype.addEventListener = Reflect.get(prototype, "addEventListener");
prototype.addEventListener = function (type, listener, options): void {
  if (typeof options !== "object" || !options.signal) return add.call(this, type, listener, options);
  options.signal.addEventListener("abort", () => this.removeEventListener(type, listener, options.capture));
  return add.call(this, type, listener, { capture: options.capture ?? false });
};
