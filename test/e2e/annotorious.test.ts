// @vitest-environment jsdom
import {
  createImageAnnotator,
  type ImageAnnotation,
  type W3CImageAnnotation,
  W3CImageFormat,
} from "@annotorious/annotorious";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { annotationSchema } from "../../src/protocol/model/annotation.ts";
import { exportJobSchema } from "../../src/protocol/model/export-job.ts";
import { useSharedService } from "../client/support/service.ts";

const pageSchema = z.object({
  type: z.literal("AnnotationPage"),
  items: z.array(z.custom<W3CImageAnnotation>()),
});
type Page = z.infer<typeof pageSchema>;

/** Every kind of geometry, and what Annotorious is to make of it. */
const geometries: Record<string, { input: object; shape: object }> = {
  "a box": {
    input: { type: "box", geometry: { x: 10.5, y: 20, width: 300, height: 200 } },
    shape: { type: "RECTANGLE", geometry: { x: 10.5, y: 20, w: 300, h: 200, rot: 0 } },
  },
  "a turned box": {
    input: { type: "box", geometry: { x: 100, y: 100, width: 80, height: 40, rotation: 30 } },
    shape: { type: "RECTANGLE", geometry: { x: 100, y: 100, w: 80, h: 40, rot: close(Math.PI / 6) } },
  },
  "a box turned by a right angle": {
    input: { type: "box", geometry: { x: 100, y: 100, width: 80, height: 40, rotation: -90 } },
    shape: { type: "RECTANGLE", geometry: { x: 120, y: 80, w: 40, h: 80, rot: 0 } },
  },
  "a box that reaches beyond the top": {
    input: { type: "box", geometry: { x: 5, y: -10, width: 80, height: 40 } },
    shape: { type: "RECTANGLE", geometry: { x: 5, y: -10, w: 80, h: 40, rot: 0 } },
  },
  "a box without height": {
    input: { type: "box", geometry: { x: 5, y: 10, width: 80, height: 0 } },
    shape: line(false, [5, 10], [85, 10]),
  },
  "an ellipse": {
    input: { type: "ellipse", geometry: { cx: 500, cy: 400, rx: 60, ry: 30.25 } },
    shape: { type: "ELLIPSE", geometry: { cx: 500, cy: 400, rx: 60, ry: 30.25 } },
  },
  "an ellipse turned by a right angle": {
    input: { type: "ellipse", geometry: { cx: 500, cy: 400, rx: 60, ry: 30, rotation: 90 } },
    shape: { type: "ELLIPSE", geometry: { cx: 500, cy: 400, rx: 30, ry: 60 } },
  },
  "a turned ellipse": {
    // It has no turned ellipses: a closed line of curves through the ends of both axes.
    input: { type: "ellipse", geometry: { cx: 500, cy: 400, rx: 50, ry: 25, rotation: 53.13010235 } },
    shape: {
      type: "POLYLINE",
      geometry: {
        closed: true,
        points: [
          [470, 360],
          [480, 415],
          [530, 440],
          [520, 385],
          [470, 360],
        ].map((point) => ({ type: "CURVE", point: point.map(close) })),
      },
    },
  },
  "a line": {
    input: {
      type: "line",
      geometry: {
        points: [
          [1, 2],
          [300, 400.5],
        ],
      },
    },
    shape: line(false, [1, 2], [300, 400.5]),
  },
  "an arrow": {
    input: {
      type: "arrow",
      geometry: {
        points: [
          [9, 8],
          [70, 60],
          [5, 4],
        ],
      },
    },
    shape: line(false, [9, 8], [70, 60], [5, 4]),
  },
  "a polyline": {
    input: {
      type: "polyline",
      geometry: {
        points: [
          [1, 2],
          [30, 40],
          [-50, 60.25],
        ],
      },
    },
    shape: line(false, [1, 2], [30, 40], [-50, 60.25]),
  },
  "a freehand stroke that ends where it began": {
    input: {
      type: "freehand",
      geometry: {
        points: [
          [1, 2],
          [30, 40],
          [50, 60],
          [1, 2],
        ],
      },
    },
    shape: line(false, [1, 2], [30, 40], [50, 60], [1, 2]),
  },
  "a polygon": {
    input: {
      type: "polygon",
      geometry: {
        points: [
          [100, 200],
          [300.5, 250],
          [200, 350],
        ],
      },
    },
    shape: {
      type: "POLYGON",
      geometry: {
        points: [
          [100, 200],
          [300.5, 250],
          [200, 350],
        ],
      },
    },
  },
  // It has no points: the pixel that the point is in.
  "a point": {
    input: { type: "point", geometry: { x: 640.75, y: 480.25 } },
    shape: { type: "RECTANGLE", geometry: { x: 640, y: 480, w: 1, h: 1 } },
  },
  "a point beyond the left": {
    input: { type: "point", geometry: { x: -0.5, y: 480.25 } },
    shape: { type: "RECTANGLE", geometry: { x: -1, y: 480, w: 1, h: 1 } },
  },
  "a text": {
    input: { type: "text", text: "Wide words", geometry: { x: 30, y: 40, width: 150 } },
    shape: { type: "RECTANGLE", geometry: { x: 30, y: 40, w: 150, h: close(32.688), rot: 0 } },
  },
  "a turned text": {
    input: { type: "text", text: "Wide words", geometry: { x: 30, y: 40, width: 150, rotation: 45 } },
    shape: { type: "RECTANGLE", geometry: { x: 30, y: 40, w: 150, rot: close(Math.PI / 4) } },
  },
};

function close(value: number): unknown {
  return expect.closeTo(value, 2);
}

function line(closed: boolean, ...points: number[][]): object {
  return {
    type: "POLYLINE",
    geometry: { closed, points: points.map((point) => ({ type: "CORNER", point })) },
  };
}

describe("R40 Annotorious reads json with the profile w3c", () => {
  const service = useSharedService();
  const ids = new Map<string, string>();
  let page: Page;
  let source: string;
  let response: Response;

  beforeAll(async () => {
    const { api } = service;
    const { id } = await api.createDocument({ title: "Für Annotorious" });
    const document = await api.putImage(id, "exif-landscape-6.jpg");
    source = new URL(`/v1/documents/${id}/image?sha256=${document.image?.sha256}`, service.url).href;
    for (const [name, { input }] of Object.entries(geometries)) {
      const body = { document_id: id, text: name, labels: ["shape"], ...input };
      ids.set(name, (await api.ask("POST", "/v1/annotations", annotationSchema, body)).id);
    }
    const asked = { document_id: id, format: "json", profile: "w3c" };
    const job = await api.untilFinal((await api.ask("POST", "/v1/exports", exportJobSchema, asked)).id);
    response = await api.send("GET", `/v1/exports/${job.id}/download`);
    page = pageSchema.parse(await response.json());
  });

  /** What it makes of a page that it is given as a whole. */
  function load({ items }: Page): Map<string, ImageAnnotation> {
    const image = document.createElement("img");
    document.body.append(image);
    const annotator = createImageAnnotator(image, { adapter: W3CImageFormat(source) });
    annotator.setAnnotations(items);
    const loaded = annotator.state.store.all();
    annotator.destroy();
    return new Map(loaded.map((annotation) => [annotation.id, annotation]));
  }

  it("all at once, and skips none", () => {
    expect(load(page).size).toBe(Object.keys(geometries).length);
  });

  it.each(Object.entries(geometries))("%s comes back as it was", (name, { shape }) => {
    const annotation = load(page).get(`urn:uuid:${ids.get(name)}`);
    expect(annotation?.target.selector).toMatchObject(shape);
    const isText = name.endsWith("text");
    expect(annotation?.bodies.map(({ purpose, value }) => [purpose, value])).toEqual([
      ["commenting", isText ? "Wide words" : name],
      ["tagging", "shape"],
    ]);
  });

  it("finds the picture by its absolute address", async () => {
    for (const item of page.items) expect(item).toMatchObject({ target: { source } });
    const picture = await fetch(source);
    expect([picture.status, picture.headers.get("Content-Type")]).toEqual([200, "image/jpeg"]);
    await picture.arrayBuffer();
  });

  it("is served as JSON-LD, under a name of that kind", () => {
    expect(response.headers.get("Content-Type")).toBe(
      'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"',
    );
    expect(response.headers.get("Content-Disposition")).toBe(
      `attachment; filename="Fur Annotorious.jsonld"; filename*=UTF-8''F%C3%BCr%20Annotorious.jsonld`,
    );
  });

  it("and so does a strict reader of XML: shapes in SVG's own namespace, with no style", () => {
    const values = JSON.stringify(page.items).match(/<svg.*?<\/svg>/g) ?? [];
    expect(values.length).toBeGreaterThan(8);
    for (const value of values) {
      const xml = new DOMParser().parseFromString(value.replaceAll(String.raw`\"`, '"'), "image/svg+xml");
      const [root, shape, ...others] = xml.querySelectorAll("*");
      expect([root?.namespaceURI, shape?.namespaceURI]).toEqual(Array(2).fill("http://www.w3.org/2000/svg"));
      expect([root?.localName, others]).toEqual(["svg", []]);
      expect(["rect", "ellipse", "path", "polygon"]).toContain(shape?.localName);
      expect(shape?.hasAttribute("style")).toBe(false);
    }
  });
});
