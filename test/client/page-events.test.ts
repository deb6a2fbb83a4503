import { afterEach, expect, it, vi } from "vitest";
import { listenToPage } from "../../src/client/link/page-events.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A page, as far as the room listens to it. */
function openPage() {
  const window = new EventTarget();
  const document = Object.assign(new EventTarget(), { visibilityState: "visible" });
  vi.stubGlobal("window", window);
  vi.stubGlobal("document", document);
  const heard: string[] = [];
  const closing = new AbortController();
  const listener = {
    awake: () => heard.push("awake"),
    offline: () => heard.push("offline"),
    leave: () => heard.push("leave"),
  };
  listenToPage(listener, closing.signal);
  return { window, document, heard, closing };
}

it("tells when the network comes and goes, and when the page does", () => {
  const { window, document, heard } = openPage();
  for (const name of ["offline", "online", "pagehide", "pageshow"]) window.dispatchEvent(new Event(name));
  expect(heard).toEqual(["offline", "awake", "leave", "awake"]);
  document.visibilityState = "hidden";
  document.dispatchEvent(new Event("visibilitychange"));
  document.visibilityState = "visible";
  document.dispatchEvent(new Event("visibilitychange"));
  expect(heard.slice(4)).toEqual(["leave", "awake"]);
});

it("tells nothing any more after the signal", () => {
  const { window, document, heard, closing } = openPage();
  closing.abort();
  window.dispatchEvent(new Event("pagehide"));
  document.dispatchEvent(new Event("visibilitychange"));
  expect(heard).toEqual([]);
});

it("does nothing where there is no page", () => {
  expect(() =>
    listenToPage({ awake: () => {}, offline: () => {}, leave: () => {} }, new AbortController().signal),
  ).not.toThrow();
});
