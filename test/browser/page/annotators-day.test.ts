import { describe, expect, it } from "vitest";
import {
  acetateByArrows,
  acetateByKeys,
  acetateByMouse,
  cvatByMouse,
  type Flow,
  labelStudioByMouse,
  labelStudioKept,
  type Setting,
} from "../../../bench/day/flows.ts";
import { type Effort, Hands } from "../../../bench/day/hands.ts";
import { findWrong, LABELS, makeTask } from "../../../bench/day/task.ts";
import { openPicture } from "./use-picture.ts";
import { usePages } from "./use-pages.ts";

const pages = usePages();
const COUNT = 20;

/** Draws the first boxes of the day on a page, and returns what that took. */
async function spend(flow: Flow): Promise<Effort> {
  const picture = await openPicture(pages, "A day", { width: 1400, height: 900 });
  const answer = await fetch(new URL(`/v1/documents/${picture.documentId}/labels`, pages.service.url), {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      labels: LABELS.map((name, at) => ({ name, color: "#e2271c", key: String(at + 1) })),
    }),
  });
  expect(answer.status).toBe(200);
  await picture.page.getByRole("button", { name: "dog" }).waitFor();
  await picture.page.locator(".picture").focus();
  const { x: left, y: top } = await picture.at(0, 0);
  const scale = ((await picture.at(1200, 0)).x - left) / 1200;
  const setting: Setting = { left, top, scale, width: 1200, height: 800 };
  const task = makeTask(COUNT, setting);
  const hands = new Hands(picture.page);
  await flow(hands, task, setting);
  expect(findWrong(task, await picture.expectMarks(COUNT), scale)).toEqual([]);
  expect(pages.problems).toEqual([]);
  await picture.page.context().close();
  return hands.effort;
}

/** What a flow of another program takes. */
async function count(flow: Flow): Promise<Effort> {
  const setting: Setting = { left: 0, top: 0, scale: 0.8, width: 1200, height: 800 };
  const hands = new Hands(null);
  await flow(hands, makeTask(COUNT, setting), setting);
  return hands.effort;
}

describe("20 boxes of an annotator's day", () => {
  it("takes half as many keys with the grid as with arrow keys, and no mouse", async () => {
    const [grid, arrows] = [await spend(acetateByKeys), await spend(acetateByArrows)];
    expect(grid).toMatchObject({ points: 0, buttons: 0 });
    expect({ grid: grid.keys, arrows: arrows.keys }).toEqual({ grid: 240, arrows: 546 });
  });

  it("takes no more with a mouse than with CVAT or Label Studio", async () => {
    const ours = await spend(acetateByMouse);
    const others = await Promise.all([cvatByMouse, labelStudioByMouse, labelStudioKept].map(count));
    expect([ours, ...others].map(({ keys, buttons, points }) => ({ keys, buttons, points }))).toEqual([
      { keys: 14, buttons: 40, points: 40 },
      { keys: 46, buttons: 80, points: 40 },
      { keys: 20, buttons: 40, points: 40 },
      // It has no key for its tool, which is chosen with the label.
      { keys: 13, buttons: 40, points: 40 },
    ]);
  });
});
