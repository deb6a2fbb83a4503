/*! @vitest-environment jsdom */
import { expect, it } from "vitest";
import { DocumentTitle } from "../../../src/annotator/ui/top/document-title.tsx";
import type { Document } from "../../../src/protocol/model/document.ts";
import { renderPart } from "./render-part.ts";

const sheet: Document = {
  id: "b1b6f3c2-6d0e-4a57-9c40-0d3f6f0a3a11",
  title: "Falls",
  width: 1_200,
  height: 800,
  image: null,
  metadata: {},
  status: "active",
  version: 1,
  seq: 1,
  created_at: "2026-01-01T00:00:00.000Z",
  updated_at: "2026-01-01T00:00:00.000Z",
  deleted_at: null,
  updated_by: null,
  updated_by_name: null,
};

/** A title that is being renamed, and what the room was asked to call the document. */
async function rename() {
  const part = await renderPart(DocumentTitle);
  const asked: string[] = [];
  Object.assign(part.room, {
    updateDocument: ({ title }: { title: string }) => Promise.resolve(void asked.push(title)),
  });
  await part.do(() => part.room.document.set(sheet));
  await part.press("Falls, Rename");
  const field = part.host.querySelector("input");
  await part.type(field, "Dusk");
  return { ...part, field, asked, blur: () => part.do(() => void field?.dispatchEvent(new Event("blur"))) };
}

it("is kept by Enter and by leaving the field, once", async () => {
  const byKey = await rename();
  await byKey.key(byKey.field, "Enter");
  // The field that goes away loses the focus.
  await byKey.blur();
  expect(byKey.asked).toEqual(["Dusk"]);
  const byLeaving = await rename();
  await byLeaving.blur();
  expect(byLeaving.asked).toEqual(["Dusk"]);
});

it("is given up by Escape, also by its own field that goes away", async () => {
  const { key, field, blur, asked, host } = await rename();
  await key(field, "Escape");
  await blur();
  expect(asked).toEqual([]);
  expect(host.querySelector("input")).toBeNull();
});
