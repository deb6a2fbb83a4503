import { describe, expect, it } from "vitest";
import type { z } from "zod";
import type { annotationInputSchema } from "../../src/protocol/model/annotation.ts";
import { toSelector } from "../../src/interchange/w3c-selector.ts";
import type { LayoutText } from "../../src/scene/shape.ts";
import { encodePixels } from "../support/export/pixels.ts";
import {
  documentWithImage,
  render,
  sampleAnnotation,
  sampleDocument,
} from "../support/export/sample-state.ts";
import { setText } from "../support/texts.ts";

type Input = z.input<typeof annotationInputSchema>;
const layoutText: LayoutText = (text, size, wrap) => setText(text, size, wrap ?? 100, size);

function selectorOf(input: Input) {
  return toSelector(sampleAnnotation(input), layoutText);
}
const svg = (shape: string) => `<svg xmlns="http://www.w3.org/2000/svg">${shape}</svg>`;

const points: [number, number][] = [
  [1, 2],
  [30.5, 4],
  [5, 60.0004],
];

describe("the selector", () => {
  it("of a rectangle along the axes is a media fragment", () => {
    const fragment = (value: string) => ({
      type: "FragmentSelector",
      conformsTo: "http://www.w3.org/TR/media-frags/",
      value,
    });
    const box = { x: 10, y: 20.5, width: 30, height: 40 };
    expect(selectorOf({ type: "box", geometry: box })).toEqual(fragment("xywh=pixel:10,20.5,30,40"));
    expect(selectorOf({ type: "box", geometry: { ...box, rotation: 180 } })).toEqual(
      fragment("xywh=pixel:10,20.5,30,40"),
    );
    expect(selectorOf({ type: "box", geometry: { ...box, rotation: -90 } })).toEqual(
      fragment("xywh=pixel:5,25.5,40,30"),
    );
    expect(selectorOf({ type: "box", geometry: { ...box, x: 0, y: 0 } })).toEqual(
      fragment("xywh=pixel:0,0,30,40"),
    );
    expect(
      selectorOf({ type: "text", text: "hi", geometry: { x: 5, y: 6 }, style: { font_size: 12 } }),
    ).toEqual(fragment("xywh=pixel:5,6,100,12"));
  });

  it("of a rectangle that no fragment can say is a rect in SVG; without an inside a line", () => {
    const value = (geometry: object) => selectorOf({ type: "box", geometry } as Input);
    const svgValue = (shape: string) => ({ type: "SvgSelector", value: svg(shape) });
    expect(value({ x: -1, y: 2, width: 3, height: 4 })).toEqual(
      svgValue('<rect x="-1" y="2" width="3" height="4"/>'),
    );
    expect(value({ x: 1, y: 2, width: 3, height: 0 })).toEqual(svgValue('<path d="M1,2 L4,2"/>'));
    expect(value({ x: 1, y: 2, width: 0, height: 4, rotation: 90 })).toEqual(
      svgValue('<path d="M3,4 L-1,4"/>'),
    );
    expect(value({ x: 0, y: 10, width: 20, height: 20, rotation: 45.5 })).toEqual(
      svgValue('<rect x="0" y="10" width="20" height="20" transform="rotate(45.5 10 20)"/>'),
    );
  });

  it.each([
    ["polygon", points, '<polygon points="1,2 30.5,4 5,60"/>'],
    ["line", points.slice(0, 2), '<path d="M1,2 L30.5,4"/>'],
    ["arrow", points, '<path d="M1,2 L30.5,4 L5,60"/>'],
    ["polyline", points, '<path d="M1,2 L30.5,4 L5,60"/>'],
    ["freehand", points, '<path d="M1,2 L30.5,4 L5,60"/>'],
  ] as const)("of a %s is SVG without style", (type, list, shape) => {
    const input = { type, geometry: { points: [...list] } };
    expect(selectorOf(input as Input)).toEqual({ type: "SvgSelector", value: svg(shape) });
  });

  it("of an ellipse is one, with its attributes at the root, too; turned it is a path of arcs", () => {
    const geometry = { cx: 50, cy: 40, rx: 20, ry: 10 };
    const ellipse = (of: string) => `<svg xmlns="http://www.w3.org/2000/svg" ${of}><ellipse ${of}/></svg>`;
    expect(selectorOf({ type: "ellipse", geometry })).toMatchObject({
      value: ellipse('cx="50" cy="40" rx="20" ry="10"'),
    });
    expect(selectorOf({ type: "ellipse", geometry: { ...geometry, rotation: -90 } })).toMatchObject({
      value: ellipse('cx="50" cy="40" rx="10" ry="20"'),
    });
    expect(selectorOf({ type: "ellipse", geometry: { ...geometry, rotation: 30 } })).toMatchObject({
      value: svg('<path d="M32.679,30 A 20 10 30 1 0 67.321,50 A 20 10 30 1 0 32.679,30 Z"/>'),
    });
    expect(selectorOf({ type: "ellipse", geometry: { ...geometry, ry: 0 } })).toMatchObject({
      value: svg('<path d="M30,40 L70,40"/>'),
    });
  });

  it("of a point, and of what has shrunk to one, is the pixel that it is in, and IIIF's with its context", () => {
    const point = (pixel: object) => [
      pixel,
      { "@context": "http://iiif.io/api/presentation/3/context.json", type: "PointSelector", x: 1.5, y: -2 },
    ];
    const above = point({ type: "SvgSelector", value: svg('<rect x="1" y="-2" width="1" height="1"/>') });
    expect(selectorOf({ type: "point", geometry: { x: 1.5, y: -2 } })).toEqual(above);
    expect(selectorOf({ type: "freehand", geometry: { points: [[1.5, -2]] } })).toEqual(above);
    expect(selectorOf({ type: "box", geometry: { x: 1.5, y: -2, width: 0, height: 0 } })).toEqual(above);
    expect(selectorOf({ type: "ellipse", geometry: { cx: 1.5, cy: -2, rx: 0, ry: 0 } })).toEqual(above);
    expect(selectorOf({ type: "point", geometry: { x: 7.9, y: 8 } })).toMatchObject([
      { type: "FragmentSelector", value: "xywh=pixel:7,8,1,1" },
      { type: "PointSelector", x: 7.9, y: 8 },
    ]);
  });
});

describe("json with profile w3c", () => {
  const w3c = { format: "json", options: { profile: "w3c" } } as const;
  const parse = async (request: Parameters<typeof render>[0]) => {
    const { bytes } = await render({ ...w3c, ...request });
    return JSON.parse(new TextDecoder().decode(bytes)) as { items: Record<string, unknown>[] };
  };

  it("is an annotation page: who said what about which part of the very picture", async () => {
    const document = await documentWithImage(encodePixels(12, 8, () => [0, 0, 255, 255], 95));
    const said = sampleAnnotation(
      {
        type: "box",
        geometry: { x: 1, y: 2, width: 3, height: 4 },
        text: "Move «this»\n</svg>",
        labels: ["wall", "Wand"],
      },
      { author: "ana", updated_at: "2026-11-22T11:00:00.000Z" },
    );
    expect(await parse({ document, annotations: [said], origin: "https://acetate.example.org" })).toEqual({
      "@context": "http://www.w3.org/ns/anno.jsonld",
      id: `urn:uuid:${document.id}#annotations`,
      type: "AnnotationPage",
      items: [
        {
          id: `urn:uuid:${said.id}`,
          type: "Annotation",
          motivation: "commenting",
          creator: { type: "Person", name: "ana" },
          created: "2026-11-22T10:00:00.000Z",
          modified: "2026-11-22T11:00:00.000Z",
          body: [
            {
              type: "TextualBody",
              purpose: "commenting",
              value: "Move «this»\n</svg>",
              format: "text/plain",
            },
            { type: "TextualBody", purpose: "tagging", value: "wall", format: "text/plain" },
            { type: "TextualBody", purpose: "tagging", value: "Wand", format: "text/plain" },
          ],
          target: {
            type: "SpecificResource",
            source: `https://acetate.example.org/v1/documents/${document.id}/image?sha256=${document.image?.sha256}`,
            selector: {
              type: "FragmentSelector",
              conformsTo: "http://www.w3.org/TR/media-frags/",
              value: "xywh=pixel:1,2,3,4",
            },
          },
        },
      ],
    });
  });

  it("leaves out what was not said: no creator, no body; tags alone are tagging", async () => {
    const document = sampleDocument();
    const point = { type: "point", geometry: { x: 1, y: 2 } } as const;
    const { items } = await parse({
      document,
      annotations: [sampleAnnotation(point), sampleAnnotation({ ...point, labels: ["x"] })],
    });
    const [bare = {}, tagged] = items;
    expect(Object.keys(bare).sort()).toEqual(["created", "id", "modified", "motivation", "target", "type"]);
    expect(bare).toMatchObject({ motivation: "highlighting", target: { source: `urn:uuid:${document.id}` } });
    expect(tagged).toMatchObject({ motivation: "tagging", body: [{ value: "x" }] });
  });

  it("R40 names the author, and whoever else changed it last, by the names in their tokens", async () => {
    const document = sampleDocument();
    const point = { type: "point", geometry: { x: 1, y: 2 } } as const;
    const author = { author: "a1", author_name: "Ana" };
    const { items } = await parse({
      document,
      annotations: [
        sampleAnnotation(point, { ...author, updated_by: "a1" }),
        sampleAnnotation(point, { ...author, updated_by: "b2", updated_by_name: "Ben" }),
        sampleAnnotation(point, { ...author, updated_by: "b2", updated_by_name: null }),
        sampleAnnotation(point, { ...author, updated_by: null, updated_by_name: null }),
      ],
    });
    const person = (name: string) => ({ type: "Person", name });
    const named = items.map(({ creator, "dcterms:contributor": contributor }) => [creator, contributor]);
    expect(named).toEqual([
      [person("Ana"), undefined],
      [person("Ana"), person("Ben")],
      [person("Ana"), person("b2")],
      [person("Ana"), undefined],
    ]);
  });

  it("measures a text's region by its letters", async () => {
    const text = (width?: number) =>
      sampleAnnotation({
        type: "text",
        text: "Wide words",
        geometry: { x: 10, y: 10, ...(width && { width }) },
        style: { font_size: 20 },
      });
    const { items } = await parse({ annotations: [text(), text(70)] });
    const sides = JSON.stringify(items).match(/xywh=pixel:[^"]+/g) ?? [];
    const [[, , wide = 0, low = 0] = [], [, , narrow, high] = []] = sides.map((value) =>
      value.split(/[:,]/).slice(1).map(Number),
    );
    expect(wide).toBeGreaterThan(80);
    expect(high).toBeCloseTo(2 * low, 1);
    expect(narrow).toBe(70);
  });

  it("gives the same bytes for the same state", async () => {
    const request = {
      document: sampleDocument(),
      annotations: [sampleAnnotation({ type: "point", geometry: { x: 1, y: 2 } })],
    };
    expect((await render({ ...w3c, ...request })).bytes).toEqual(
      (await render({ ...w3c, ...request })).bytes,
    );
  });
});

describe("a filter", () => {
  const point = { type: "point", geometry: { x: 1, y: 2 } } as const;
  const all = [
    sampleAnnotation({ ...point, labels: ["a", "b"] }, { author: "ana" }),
    sampleAnnotation({ ...point, labels: ["b"] }, { author: "ben" }),
    sampleAnnotation(
      { type: "line", geometry: { points: points.slice(0, 2) }, labels: ["a"] },
      { author: "ben" },
    ),
    sampleAnnotation(point),
  ];
  it.each([
    [{}, [0, 1, 2, 3]],
    [{ types: ["point"] }, [0, 1, 3]],
    [{ types: ["point", "line"] }, [0, 1, 2, 3]],
    [{ labels: ["a"] }, [0, 2]],
    [{ labels: ["a", "b"] }, [0, 1, 2]],
    [{ authors: ["ben"] }, [1, 2]],
    [{ types: ["point"], labels: ["a", "b"], authors: ["ben"] }, [1]],
    [{ labels: ["none"] }, []],
  ] as const)("%o lets through what fits all its lists", async (filter, expected) => {
    const file = await render({
      annotations: all,
      format: "json",
      options: {
        annotations: {
          ...("types" in filter && { types: [...filter.types] }),
          ...("labels" in filter && { labels: [...filter.labels] }),
          ...("authors" in filter && { authors: [...filter.authors] }),
        },
      },
    });
    const { annotations } = JSON.parse(new TextDecoder().decode(file.bytes));
    expect(annotations.map(({ id }: { id: string }) => all.findIndex((one) => one.id === id))).toEqual(
      expected,
    );
  });

  it("leaves the others out of a picture, too", async () => {
    const filled = sampleAnnotation({
      type: "box",
      geometry: { x: 0, y: 0, width: 9, height: 9 },
      labels: ["x"],
      style: { stroke: null, fill: "#00ff00" },
    });
    const request = {
      document: sampleDocument({ width: 9, height: 9 }),
      annotations: [filled],
      format: "svg",
    } as const;
    const svgOf = async (label: string) =>
      new TextDecoder().decode(
        (await render({ ...request, options: { annotations: { labels: [label] } } })).bytes,
      );
    expect(await svgOf("x")).toContain(filled.id);
    expect(await svgOf("y")).not.toContain(filled.id);
  });
});
