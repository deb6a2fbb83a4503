import type { z } from "zod";
import type { annotationInputSchema } from "../src/protocol/model/annotation.ts";

type Input = z.input<typeof annotationInputSchema>;
type Point = [number, number];

/** A sheet of the gallery: what can be drawn, a kind of thing at a time. */
export interface Sheet {
  name: string;
  annotations: Input[];
}

/** Of every sheet, in pixels. */
export const SHEET_WIDTH = 400;
export const SHEET_HEIGHT = 240;

const red = "#d81b60";
const blue = "#1565c0";
const green = "#00897b";
const veil = "#ffb30066";

const zigzag: Point[] = [
  [0, 0],
  [40, 50],
  [80, 0],
  [120, 50],
];

function moved(points: readonly Point[], dx: number, dy: number): Point[] {
  return points.map(([x, y]) => [x + dx, y + dy]);
}

/** A spiral, as a hand draws it. */
function spiral(cx: number, cy: number): Point[] {
  return Array.from({ length: 120 }, (_, step): Point => {
    const angle = step / 6;
    return [cx + step * 0.4 * Math.cos(angle), cy + step * 0.4 * Math.sin(angle)];
  });
}

function text(x: number, y: number, content: string, style: Input["style"], width?: number): Input {
  return { type: "text", text: content, style, geometry: { x, y, ...(width !== undefined && { width }) } };
}

export const sheets: readonly Sheet[] = [
  {
    name: "points",
    annotations: (
      [
        [1, 1],
        [399, 1],
        [1, 239],
        [399, 239],
        [200, 2],
        [200, 238],
      ] as Point[]
    )
      .map(([x, y]): Input => ({ type: "point", geometry: { x, y }, style: { stroke: red } }))
      .concat(
        [1, 3, 8].map((strokeWidth, index): Input => ({
          type: "point",
          geometry: { x: 100 + index * 100, y: 150 },
          style: { stroke: blue, fill: index === 1 ? veil : null, stroke_width: strokeWidth },
        })),
      ),
  },
  {
    name: "order",
    annotations: [0, 1, 2, 3].map((index) => ({
      type: "box" as const,
      geometry: { x: 30 + index * 50, y: 30 + index * 30, width: 150, height: 90 },
      style: {
        stroke: "#212121",
        fill: [red, blue, green, "#fdd835"][index] ?? red,
        opacity: index === 3 ? 0.5 : 1,
      },
      z_index: 100 - index,
      labels: [`layer ${index}`],
    })),
  },
  {
    name: "areas",
    annotations: [
      { type: "box", geometry: { x: 20, y: 20, width: 100, height: 60 }, style: { stroke: red } },
      {
        type: "box",
        geometry: { x: 150, y: 25, width: 90, height: 50, rotation: 30 },
        style: { stroke: blue, fill: veil, stroke_width: 6 },
      },
      {
        type: "box",
        geometry: { x: 280, y: 20, width: 100, height: 60 },
        style: { stroke: green, fill: "#00897b", stroke_width: 12, opacity: 0.5 },
      },
      {
        type: "ellipse",
        geometry: { cx: 70, cy: 160, rx: 50, ry: 30 },
        style: { stroke: red, stroke_width: 1 },
      },
      {
        type: "ellipse",
        geometry: { cx: 195, cy: 160, rx: 60, ry: 25, rotation: -45 },
        style: { stroke: blue, dash: [12, 6], stroke_width: 4, fill: veil },
      },
      {
        type: "polygon",
        geometry: {
          points: [
            [280, 200],
            [330, 110],
            [380, 200],
            [330, 170],
          ],
        },
        style: { stroke: green, fill: veil, stroke_width: 5 },
      },
    ],
  },
  {
    name: "lines",
    annotations: [
      {
        type: "line",
        geometry: {
          points: [
            [20, 20],
            [380, 20],
          ],
        },
        style: { stroke: red, stroke_width: 1 },
      },
      {
        type: "line",
        geometry: {
          points: [
            [20, 45],
            [380, 45],
          ],
        },
        style: { stroke: red, stroke_width: 10 },
      },
      {
        type: "line",
        geometry: {
          points: [
            [20, 75],
            [380, 75],
          ],
        },
        style: { stroke: blue, stroke_width: 6, dash: [20, 8, 4, 8] },
      },
      {
        type: "polyline",
        geometry: { points: moved(zigzag, 20, 110) },
        style: { stroke: green, stroke_width: 10 },
      },
      {
        type: "polyline",
        geometry: { points: moved(zigzag, 20, 175) },
        style: { stroke: green, stroke_width: 4, dash: [8, 8] },
      },
      { type: "freehand", geometry: { points: spiral(220, 160) }, style: { stroke: blue, stroke_width: 3 } },
      {
        type: "freehand",
        geometry: { points: spiral(330, 160) },
        style: { stroke: red, stroke_width: 14, opacity: 0.4 },
      },
    ],
  },
  {
    name: "arrows",
    annotations: [1, 3, 6, 12, 20]
      .map((strokeWidth, index): Input => ({
        type: "arrow",
        geometry: {
          points: [
            [20, 25 + index * 42],
            [200, 25 + index * 42],
          ],
        },
        style: { stroke: index % 2 ? blue : red, stroke_width: strokeWidth },
      }))
      .concat([
        {
          type: "arrow",
          geometry: { points: moved(zigzag, 240, 30) },
          style: { stroke: green, stroke_width: 5 },
        },
        {
          type: "arrow",
          geometry: {
            points: [
              [380, 220],
              [250, 120],
            ],
          },
          style: { stroke: `${blue}80`, stroke_width: 16 },
        },
        {
          type: "arrow",
          geometry: {
            points: [
              [240, 20],
              [380, 20],
            ],
          },
          style: { stroke: green, stroke_width: 4, dash: [10, 8] },
        },
        // No longer than its head.
        {
          type: "arrow",
          geometry: {
            points: [
              [240, 210],
              [270, 210],
            ],
          },
          style: { stroke: red, stroke_width: 10 },
        },
      ]),
  },
  {
    name: "text",
    annotations: [
      {
        type: "box",
        geometry: { x: 0, y: 0, width: 400, height: 240 },
        style: { stroke: null, fill: "#37474f" },
      },
      text(20, 15, "A halo where the style asks for none", { stroke: "#263238", font_size: 20 }),
      text(20, 50, "Two lines,\nas they were written", { stroke: "#ffffff", font_size: 18, fill: red }),
      text(
        20,
        110,
        "Words that are wrapped where the width ends, as often as it takes.",
        { stroke: "#ffeb3b", font_size: 16 },
        170,
      ),
      text(220, 90, "Großes Ä", { stroke: "#ffffff", font_size: 40, opacity: 0.6 }),
      text(220, 160, "tiny text is still text", { stroke: "#80deea", font_size: 9 }),
    ],
  },
  {
    name: "scripts",
    annotations: [
      text(15, 12, "Ελληνικά · Русский · Tiếng Việt · Հայերեն", {
        stroke: "#212121",
        font_size: 16,
        fill: "#ffffff",
      }),
      text(15, 46, "العربية (عربي) 123 · עִבְרִית", { stroke: "#212121", font_size: 18, fill: "#ffffff" }),
      text(15, 84, "हिन्दी क्षेत्र · বাংলা · தமிழ்", { stroke: "#212121", font_size: 18, fill: "#ffffff" }),
      text(15, 124, "ภาษาไทยน้ำ · ქართული", { stroke: "#212121", font_size: 18, fill: "#ffffff" }),
      text(15, 160, "日本語の直線 · 한국어 · 简体中文", {
        stroke: "#212121",
        font_size: 18,
        fill: "#ffffff",
      }),
      text(15, 198, "e\u0301 A\u030a \u1000\u103b", { stroke: "#212121", font_size: 18, fill: "#ffffff" }),
      text(150, 198, "繁體中文、骨次令直", { stroke: "#212121", font_size: 18, fill: "#ffffff" }),
    ],
  },
  {
    name: "emoji",
    annotations: [
      text(15, 20, "😀 👍🏽 👨‍👩‍👧‍👦 🇩🇪 🏴󠁧󠁢󠁳󠁣󠁴󠁿 1️⃣ ❤️", { stroke: "#212121", font_size: 36, fill: "#ffffff" }),
      text(15, 90, "Words with 🦊 among them, and \u16a0 in a box", {
        stroke: blue,
        font_size: 16,
        fill: "#ffffff",
      }),
      text(15, 140, "🌈⛵️🎈", { stroke: "#212121", font_size: 64, opacity: 0.5, fill: "#ffffff" }),
    ],
  },
];

/** All sheets below each other, two in a row: one picture of everything. */
export function wholeGallery(): Sheet & { width: number; height: number } {
  const annotations = sheets.flatMap((sheet, index) =>
    sheet.annotations.map((annotation) =>
      movedBy(annotation, (index % 2) * SHEET_WIDTH, Math.floor(index / 2) * SHEET_HEIGHT),
    ),
  );
  const height = Math.ceil(sheets.length / 2) * SHEET_HEIGHT;
  return { name: "gallery", annotations, width: 2 * SHEET_WIDTH, height };
}

function movedBy(annotation: Input, dx: number, dy: number): Input {
  switch (annotation.type) {
    case "box": {
      const { geometry } = annotation;
      return { ...annotation, geometry: { ...geometry, x: geometry.x + dx, y: geometry.y + dy } };
    }
    case "text": {
      const { geometry } = annotation;
      return { ...annotation, geometry: { ...geometry, x: geometry.x + dx, y: geometry.y + dy } };
    }
    case "point": {
      const { geometry } = annotation;
      return { ...annotation, geometry: { x: geometry.x + dx, y: geometry.y + dy } };
    }
    case "ellipse": {
      const { geometry } = annotation;
      return { ...annotation, geometry: { ...geometry, cx: geometry.cx + dx, cy: geometry.cy + dy } };
    }
    case "line":
    case "arrow":
    case "polyline":
    case "polygon":
    case "freehand": {
      const { geometry } = annotation;
      return { ...annotation, geometry: { points: moved(geometry.points, dx, dy) } };
    }
  }
}
