/*! @vitest-environment jsdom */
import { signal } from "@preact/signals";
import { h, render } from "preact";
import { act } from "preact/test-utils";
import { expect, it, onTestFinished } from "vitest";
import { en } from "../../../src/annotator/words/en.ts";
import { AcetateError } from "../../../src/client/acetate-error.ts";
import { createClient } from "../../../src/client/rest/create-client.ts";
import { UploadCard } from "../../../src/page/documents/upload-card.tsx";
import { Uploads, type UploadState } from "../../../src/page/documents/uploads.ts";
import { PageProvider } from "../../../src/page/page-context.ts";

Object.assign(URL, { revokeObjectURL: () => {} });

type Code = ConstructorParameters<typeof AcetateError>[0];

async function show(state: UploadState) {
  const client = createClient({
    url: "https://acetate.example",
    fetch: async () => Response.error(),
    tries: 1,
  });
  const uploads = new Uploads({ client, token: null, onAdded: () => {} });
  const file = new File(["x".repeat(2_000)], "Door.png");
  const upload = { id: "1", file, title: "Door", preview: "blob:1", state: signal(state) };
  uploads.list.value = [upload];
  const host = document.body.appendChild(document.createElement("div"));
  const context = { client, token: null, words: en, language: "en" };
  await act(() => {
    render(h(PageProvider, { value: context, children: h(UploadCard, { upload, uploads }) }), host);
  });
  onTestFinished(() => {
    render(null, host);
    host.remove();
  });
  const close = host.querySelector<HTMLElement>(".caption button");
  return { host, uploads, upload, close };
}

const refused = (code: Code): UploadState => ({
  is: "refused",
  error: new AcetateError(code, "Its own words."),
});

it.each<[UploadState, string]>([
  [refused("invalid_image"), "The picture is damaged."],
  [refused("unauthorized"), "You need a link"],
  [refused("forbidden"), "You need a link"],
  [refused("token_expired"), "You need a link"],
  [refused("token_invalid"), "You need a link"],
  [refused("storage_full"), "The service has no room left."],
  [{ is: "unusable", problem: { is: "empty" } }, "The file is empty."],
  [{ is: "unusable", problem: { is: "gone" } }, "The file can’t be read."],
  [
    { is: "unusable", problem: { is: "too-large", bytes: 30_000_000, limit: 25_000_000 } },
    "Too large: 30 MB. The limit here is 25 MB.",
  ],
  [
    { is: "unusable", problem: { is: "too-many-pixels", megapixels: 1_200 } },
    "Too many pixels: 1,200 million.",
  ],
  [{ is: "unusable", problem: { is: "unreadable", format: "PDF" } }, "This is a PDF."],
])("says why a file was not added: %#", async (state, text) => {
  const { host, close, uploads } = await show(state);
  expect(host.textContent).toContain(text);
  expect(host.textContent).toContain("Not added");
  expect(close?.getAttribute("aria-label")).toBe("Dismiss Door.png");
  await act(() => close?.click());
  expect(uploads.list.value).toEqual([]);
});

it("says how far it is", async () => {
  const { host, upload, close } = await show({ is: "waiting" });
  expect(host.textContent).toContain("Waiting");
  expect(close?.getAttribute("aria-label")).toBe("Stop Door.png");
  await act(() => void (upload.state.value = { is: "preparing" }));
  expect(host.textContent).toContain("Reading");
  await act(() => void (upload.state.value = { is: "sending", progress: 0.25 }));
  expect(host.textContent?.replaceAll(/\s/gu, " ")).toContain("25% of 2 kB");
  expect(host.querySelector("progress")?.value).toBe(0.25);
});

it.each([
  [true, "No network. It goes on when you are back."],
  [false, "The service is busy."],
])("goes on with what was stopped, offline: %s", async (isOffline, text) => {
  const { host, upload, uploads } = await show({ is: "stopped", isOffline });
  expect(host.textContent).toContain(text);
  expect(host.textContent).toContain("Not added yet");
  expect(uploads.isUnfinished.value).toBe(true);
  await act(() => host.querySelector<HTMLElement>(".state button")?.click());
  expect(upload.state.value.is).not.toBe("stopped");
});

it("has no picture of a file that the browser can’t show", async () => {
  const { host } = await show({ is: "sending", progress: 0 });
  const picture = host.querySelector("img");
  expect(picture?.getAttribute("src")).toBe("blob:1");
  await act(() => void picture?.dispatchEvent(new Event("error")));
  expect(host.querySelector("img")).toBeNull();
});
