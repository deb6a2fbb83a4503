import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import type { Room } from "../../src/client/room-api.ts";
import { openRoom, until, untilLive } from "../client/support/rooms.ts";
import { useSharedService } from "../client/support/service.ts";
import { waitFor } from "../e2e/support/wait-for.ts";
import { ExamplePage } from "./example-page.ts";

const service = useSharedService();
let example: ExamplePage | undefined;
let documentId = "";

beforeAll(async () => {
  documentId = (await service.api.createDocument({ title: "Boxes", width: 600, height: 400 })).id;
  const query = { service: service.url.origin, document: documentId, name: "Ann" };
  example = await ExamplePage.open("examples/react-annotator/annotator.tsx", query);
});
afterAll(() => example?.close());

function open(): { page: ExamplePage["page"]; read: (expression: string) => Promise<unknown> } {
  if (!example) throw new Error("the example is not open");
  const { page } = example;
  return { page, read: (expression) => page.evaluate(expression) };
}

/** The box of the document, once it is as `isSo` wants. */
function untilBox(room: Room, isSo: (geometry: { x: number; y: number; width: number }) => boolean) {
  return until(room.annotations, ([box]) => box?.type === "box" && isSo(box.geometry));
}

it("draws, moves, undoes and deletes boxes, and shows others and their cursors", async () => {
  const { page, read } = open();
  const bob = await untilLive(openRoom(service.url, documentId, { name: "Bob" }));
  await waitFor("the sheet", async () => (await read(`document.querySelector("svg") !== null`)) || undefined);
  const rect = await read(
    `(() => { const { left, top } = document.querySelector("svg").getBoundingClientRect(); return { left, top }; })()`,
  );
  const { left, top } = z.object({ left: z.number(), top: z.number() }).parse(rect);
  const at = (x: number, y: number): [number, number] => [left + x, top + y];

  await page.drag(at(100, 100), at(150, 120), at(200, 180));
  const [box] = await untilBox(bob, ({ width }) => Math.round(width) === 100);
  expect(box?.geometry).toMatchObject({ x: expect.closeTo(100, 0), y: expect.closeTo(100, 0) });

  // It is one step of undo, with its many moves.
  await page.drag(at(150, 150), at(180, 160), at(210, 170), at(250, 200));
  await untilBox(bob, ({ x, y }) => Math.round(x) === 200 && Math.round(y) === 150);
  await page.press("Control+z");
  await untilBox(bob, ({ x, y }) => Math.round(x) === 100 && Math.round(y) === 100);

  bob.presence.set({ cursor: { x: 40, y: 50 } });
  bob.annotations.create({ type: "box", geometry: { x: 300, y: 10, width: 20, height: 20 } });
  await waitFor("Bob's cursor and box", async () => {
    const cursor = await read(`document.querySelector(".cursor")?.getAttribute("transform") ?? null`);
    const boxes = await read(`document.querySelectorAll("rect[data-id]").length`);
    return cursor === "translate(40 50)" && boxes === 2 ? true : undefined;
  });
  await waitFor("Ann's cursor", () => bob.others.value[0]?.state["cursor"] ?? undefined);

  await page.click(...at(110, 110));
  await page.press("Delete");
  await until(bob.annotations, (list) => list.length === 1 && list[0]?.id !== box?.id);
  await waitFor("everything to be saved", async () =>
    (await read(`document.querySelector(".saved").textContent`)) === "saved" ? true : undefined,
  );
  expect(await read(`document.querySelector(".state").textContent`)).toBe("live");
});
