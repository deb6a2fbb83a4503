// @vitest-environment jsdom
import type { ImageAnnotation } from "@annotorious/annotorious";
import { expect, it } from "vitest";
import { roomStyle } from "../../../src/client/annotorious/index.ts";
import { defaultStyle } from "../../../src/protocol/model/default-style.ts";
import { DrivenRoom } from "../support/driven-room.ts";
import { shapeOf } from "./annotators.ts";

function shown(id: string): ImageAnnotation {
  const selector = shapeOf("RECTANGLE", { x: 0, y: 0, w: 9, h: 9 });
  return { id, bodies: [], target: { annotation: id, selector } };
}

it("draws an annotation in its own colours, and nothing where it has none", () => {
  const room = new DrivenRoom();
  const styleOf = roomStyle(room);
  const [outlined, filled] = room.addPoints(1, 2);
  if (!outlined || !filled) throw new Error("no points");
  room.receive({
    ...filled,
    style: { ...defaultStyle, stroke: null, fill: "#00c853", stroke_width: 8, opacity: 0.5 },
  });
  expect(styleOf(shown(outlined.id))).toEqual({
    stroke: "#e11d48",
    strokeOpacity: 1,
    fillOpacity: 0,
    strokeWidth: 3,
  });
  expect(styleOf(shown(filled.id))).toEqual({
    strokeOpacity: 0,
    fill: "#00c853",
    fillOpacity: 0.5,
    strokeWidth: 8,
  });
});

it("leaves the style of what the room does not know to Annotorious", () => {
  expect(roomStyle(new DrivenRoom())(shown("nobody's"))).toBeUndefined();
});
