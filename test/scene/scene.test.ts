import { describe, expect, it } from "vitest";
import type { Annotation } from "../../src/protocol/model/annotation.ts";
import { drawAnnotation, drawingElement } from "../../src/scene/draw-annotation.ts";
import { isLight, toPaint } from "../../src/scene/paint.ts";
import type { Canvas } from "../../src/scene/shape.ts";
import { escapeXml, formatNumber, linePath } from "../../src/scene/svg-text.ts";
import { rotateBounds } from "../../src/scene/bounds.ts";
import { sampleAnnotation } from "../support/export/sample-state.ts";
import { setText } from "../support/texts.ts";

const canvas: Canvas = {
  frame: { left: 0, top: 0, right: 1000, bottom: 1000 },
  layoutText: (words, size) => setText(words, size, 5 * size, size),
};

function svg(annotation: Annotation): string {
  return drawingElement(drawAnnotation(annotation, canvas));
}

describe("numbers", () => {
  it.each([
    [0, "0"],
    [-0, "0"],
    [1.23456, "1.235"],
    [-0.0001, "0"],
    [1_000_000, "1000000"],
    [0.001, "0.001"],
    [1e-9, "0"],
  ])("%f is written %s", (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it("points that fall together are written once", () => {
    expect(
      linePath(
        [
          [1, 1],
          [1.0001, 1],
          [2, 2],
        ],
        true,
      ),
    ).toBe("M1 1L2 2Z");
  });
});

describe("text in SVG", () => {
  it("is escaped, and loses what XML can't carry", () => {
    expect(escapeXml(`<a b="c" d='e'>&`)).toBe("&lt;a b=&quot;c&quot; d=&apos;e&apos;&gt;&amp;");
    expect(escapeXml("a\u0001\ud800\uffff\n😀")).toBe("a\ufffd\ufffd\ufffd\n😀");
  });

  it("of any kind is a title; only the kind text shows it, and labels are not drawn", () => {
    const box = sampleAnnotation({
      type: "box",
      geometry: { x: 1, y: 1, width: 5, height: 5 },
      text: "a <note>",
      labels: ["label"],
    });
    expect(svg(box)).toContain("<title>a &lt;note&gt;</title><rect");
    expect(svg(box)).not.toContain("label");
    const text = sampleAnnotation({ type: "text", geometry: { x: 1, y: 1 }, text: "shown" });
    expect(svg(text)).toContain('<use href="#shown"/>');
  });
});

describe("colours", () => {
  it("with alpha are a colour and an opacity", () => {
    expect(toPaint("#11223380")).toEqual({ color: "#112233", alpha: 128 / 255 });
    expect(
      svg(
        sampleAnnotation({
          type: "box",
          geometry: { x: 1, y: 1, width: 5, height: 5 },
          style: { stroke: "#11223380" },
        }),
      ),
    ).toContain('stroke="#112233" stroke-opacity="0.502"');
  });

  it.each([
    ["#ffffff", true],
    ["#facc15", true],
    ["#e11d48", false],
    ["#000000", false],
  ])("%s is light: %s", (color, light) => {
    expect(isLight(toPaint(color))).toBe(light);
  });

  it("text without stroke is dark, with a light halo; light text has a dark one; on a ground there is none", () => {
    const text = (style: Annotation["style"] | object): string =>
      svg(sampleAnnotation({ type: "text", geometry: { x: 1, y: 1 }, text: "t", style }));
    expect(text({ stroke: null })).toMatch(/ stroke="#ffffff".* fill="#111827"/);
    expect(text({ stroke: "#ffffff" })).toMatch(/ stroke="#111827".* fill="#ffffff"/);
    expect(text({ fill: "#ffffff" })).not.toContain("stroke");
  });
});

describe("a text's halo", () => {
  const text = (style: Annotation["style"] | object): Annotation =>
    sampleAnnotation({ type: "text", geometry: { x: 10, y: 10 }, text: "t", style });
  it.each([
    [2, 1.5],
    [12, 1.5],
    [21, 1.5],
    [40, 2.8],
    [114, 7.98],
    [120, 8],
    [500, 8],
  ])("of %i pixels' letters is %f wide on each side, and within the bounds", (size, width) => {
    const { texts, bounds } = drawAnnotation(text({ font_size: size }), canvas);
    expect(texts?.[0]?.halo?.width).toBeCloseTo(width);
    // In a file, lengths are thousandths of the letters' size.
    const written = formatNumber((2 * width * 1000) / size);
    expect(svg(text({ font_size: size }))).toContain(`stroke-width="${written}"`);
    expect(bounds.left).toBeLessThanOrEqual(10 - size / 2 - width);
  });

  it("is not seen through translucent letters: both are opaque, and translucent together", () => {
    const drawing = drawAnnotation(text({ stroke: "#ff000080", opacity: 0.5 }), canvas);
    expect(drawingElement(drawing)).not.toContain("fill-opacity");
    expect(drawing.opacity).toBeCloseTo((0.5 * 128) / 255);
    // On a ground there is no halo, and letters and ground have opacities of their own.
    const grounded = drawAnnotation(text({ stroke: "#ff000080", fill: "#ffffff40" }), canvas);
    expect(drawingElement(grounded)).toContain('fill="#ff0000" fill-opacity="0.502"');
    expect(grounded.opacity).toBe(1);
  });
});

describe("what is drawn once takes its opacity into its colour", () => {
  const geometry = { x: 1, y: 1, width: 5, height: 5 };
  it("a stroke alone", () => {
    const drawn = svg(sampleAnnotation({ type: "box", geometry, style: { opacity: 0.5 } }));
    expect(drawn).toContain('stroke-opacity="0.502"');
    expect(drawn).not.toContain(" opacity=");
  });
  it("but not stroke and fill together", () => {
    const drawing = drawAnnotation(
      sampleAnnotation({ type: "box", geometry, style: { opacity: 0.5, fill: "#ffffff" } }),
      canvas,
    );
    expect(drawing.opacity).toBe(0.5);
    expect(drawing.svg).not.toContain("opacity");
    expect(drawingElement(drawing)).toMatch(/^<g opacity="0.5"><g data-id/);
  });
  it("nor an arrow's shaft and head", () => {
    const arrow = sampleAnnotation({
      type: "arrow",
      geometry: {
        points: [
          [0, 0],
          [50, 0],
        ],
      },
      style: { stroke: "#ff000080", opacity: 0.5 },
    });
    const drawing = drawAnnotation(arrow, canvas);
    expect(drawing.opacity).toBeCloseTo(0.25, 2);
    expect(drawing.svg).not.toContain("opacity");
  });
});

describe("degenerate geometry is drawn as what it has become", () => {
  const drawn = (input: Parameters<typeof sampleAnnotation>[0]): string => svg(sampleAnnotation(input));
  it("a flat box and a flat ellipse are lines", () => {
    expect(drawn({ type: "box", geometry: { x: 1, y: 1, width: 5, height: 0 } })).toContain('d="M1 1L6 1"');
    expect(drawn({ type: "ellipse", geometry: { cx: 5, cy: 5, rx: 0, ry: 3, rotation: 90 } })).toMatch(
      /rotate\(90 5 5\).*d="M5 2L5 8"/,
    );
  });
  it("a line that goes nowhere is a dot", () => {
    for (const type of ["line", "arrow", "polyline", "freehand"] as const) {
      expect(
        drawn({
          type,
          geometry: {
            points: [
              [3, 4],
              [3, 4],
            ],
          },
        }),
      ).toContain('<circle cx="3" cy="4" r="1.5"');
    }
  });
  it("nothing to see is nothing", () => {
    expect(
      drawn({
        type: "line",
        geometry: {
          points: [
            [0, 0],
            [4, 0],
          ],
        },
        style: { stroke: null },
      }),
    ).toBe("");
    expect(drawn({ type: "point", geometry: { x: 5, y: 5 }, style: { stroke: null } })).toBe("");
    expect(drawn({ type: "box", geometry: { x: 1, y: 1, width: 5, height: 5 }, style: { opacity: 0 } })).toBe(
      "",
    );
  });
});

describe("dashes", () => {
  it("that repeat more than 10,000 times are drawn through", () => {
    const line = (dash: number): string =>
      svg(
        sampleAnnotation({
          type: "line",
          geometry: {
            points: [
              [0, 0],
              [10_000, 0],
            ],
          },
          style: { dash: [dash, dash] },
        }),
      );
    expect(line(0.5)).toContain('stroke-dasharray="0.5 0.5"');
    expect(line(0.49)).not.toContain("dasharray");
  });
});

describe("bounds", () => {
  it("turn with the shape", () => {
    const turned = rotateBounds({ left: 0, top: 0, right: 40, bottom: 20 }, 90);
    expect(turned.left).toBeCloseTo(10);
    expect(turned.top).toBeCloseTo(-10);
    expect(turned.right).toBeCloseTo(30);
    expect(turned.bottom).toBeCloseTo(30);
  });
});
