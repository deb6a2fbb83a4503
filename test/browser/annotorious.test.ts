import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { openRoom, until, untilLive } from "../client/support/rooms.ts";
import { useSharedService } from "../client/support/service.ts";
import { waitFor } from "../e2e/support/wait-for.ts";
import { ExamplePage } from "./example-page.ts";

const service = useSharedService();
let example: ExamplePage | undefined;
let documentId = "";

beforeAll(async () => {
  documentId = (await service.api.createDocument({ title: "A photo" })).id;
  await service.api.putImage(documentId, "exif-landscape-6.jpg");
  const query = { service: service.url.origin, document: documentId, name: "Ann" };
  example = await ExamplePage.open("examples/annotorious/annotate.js", query);
});
afterAll(() => example?.close());

it("is Annotorious for several people: drawn, dragged, commented and undone with the mouse and keys", async () => {
  if (!example) throw new Error("the example is not open");
  const { page } = example;
  const bob = await untilLive(openRoom(service.url, documentId, { name: "Bob" }));
  const layer = z.object({ left: z.number(), top: z.number(), scale: z.number() }).parse(
    await waitFor(
      "the picture",
      async () =>
        (await page.evaluate(`(() => {
          const layer = document.querySelector("svg.a9s-annotationlayer");
          if (!layer || document.querySelector("#status").textContent !== "live") return null;
          const { left, top, width } = layer.getBoundingClientRect();
          return { left, top, scale: width / layer.viewBox.baseVal.width };
        })()`)) ?? undefined,
    ),
  );
  /** Pixels of the picture on the screen. */
  const at = (x: number, y: number): [number, number] => [
    layer.left + x * layer.scale,
    layer.top + y * layer.scale,
  ];
  const boxAt = (x: number, y: number) =>
    until(bob.annotations, ([box]) => {
      if (box?.type !== "box") return false;
      return Math.abs(box.geometry.x - x) < 3 && Math.abs(box.geometry.y - y) < 3;
    });

  await page.drag(at(100, 100), at(150, 150), at(220, 200));
  const [box] = await boxAt(100, 100);
  expect(box?.geometry).toMatchObject({ width: expect.closeTo(120, -1), height: expect.closeTo(100, -1) });

  // It is selected now: Ann drags it, and Bob says something about it meanwhile.
  const [x, y] = at(160, 150);
  const isMoved = boxAt(200, 180);
  bob.annotations.update(box?.id ?? "", { text: "Bob's words", style: { stroke: "#00c853" } });
  await page.drag([x, y], at(200, 180), at(260, 230));
  await isMoved;
  await page.press("Control+z");
  const [undone] = await boxAt(100, 100);
  expect(undone).toMatchObject({ text: "Bob's words", style: { stroke: "#00c853" } });

  // Annotorious takes a quick drag for a click beside it: its index is a step behind the shape.
  await page.click(...at(160, 150));
  await waitFor("the box to be selected", async () =>
    (await page.evaluate(`document.querySelector("#comment").value`)) === "Bob's words" ? true : undefined,
  );
  await page.evaluate(`{
    const comment = document.querySelector("#comment");
    comment.value = "Ann's words";
    comment.dispatchEvent(new Event("change"));
    true;
  }`);
  await until(bob.annotations, ([one]) => one?.text === "Ann's words");

  bob.presence.set({ cursor: { x: 50, y: 60 }, selection: [box?.id] });
  await waitFor("Bob's cursor and selection", async () =>
    (await page.evaluate(`[
      document.querySelector(".acetate-others text")?.textContent,
      document.querySelector(".acetate-others circle")?.getAttribute("cx"),
      document.querySelectorAll(".acetate-others rect").length,
    ].join()`)) === "Bob,50,1"
      ? true
      : undefined,
  );
  const { cursor } = z.object({ cursor: z.object({ x: z.number() }) }).parse(bob.others.value[0]?.state);
  expect(cursor.x).toBeCloseTo(160, -1);

  await page.evaluate(`document.querySelector("#delete").click() ?? true`);
  await until(bob.annotations, (list) => list.length === 0);
});
