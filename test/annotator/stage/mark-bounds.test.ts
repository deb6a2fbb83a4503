import fc from "fast-check";
import { expect, it } from "vitest";
import { markBounds } from "../../../src/annotator/stage/mark-bounds.ts";
import { drawAnnotation } from "../../../src/scene/draw-annotation.ts";
import { anyMark } from "./marks.ts";

const picture = { width: 200, height: 200 };
const textSize = { width: 70, height: 27 };

it("has the bounds that the scene draws, and an arrow's has room for its head", () => {
  fc.assert(
    fc.property(anyMark, (mark) => {
      const bounds = markBounds(mark, picture, () => textSize);
      const { bounds: drawn } = drawAnnotation(mark, {
        frame: { left: 0, top: 0, right: 200, bottom: 200 },
        layoutText: (_text, fontSize) => ({
          ...textSize,
          fontSize,
          glyphs: [],
          places: new Float32Array(),
          emoji: [],
        }),
      });
      if (mark.type === "arrow") {
        expect(bounds.left).toBeLessThanOrEqual(drawn.left + 1e-6);
        expect(bounds.top).toBeLessThanOrEqual(drawn.top + 1e-6);
        expect(bounds.right).toBeGreaterThanOrEqual(drawn.right - 1e-6);
        expect(bounds.bottom).toBeGreaterThanOrEqual(drawn.bottom - 1e-6);
      } else expect(bounds).toEqual(drawn);
    }),
  );
});
