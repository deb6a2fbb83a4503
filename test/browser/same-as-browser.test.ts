import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { fontFiles } from "../../src/text/fonts.ts";
import { SHEET_HEIGHT, SHEET_WIDTH, sheets, wholeGallery } from "../../tools/gallery-sheets.ts";
import { projectRoot } from "../../tools/project.ts";
import { type Drawn, drawSheet } from "../../tools/render-sheet.ts";
import { useSharedService } from "../client/support/service.ts";
import { comparePictures, decodePicture } from "../e2e/support/pictures.ts";
import { ChromiumPage } from "./chromium.ts";

const service = useSharedService();
let page: ChromiumPage;
/** What the browser is shown. */
let shown: { type: string; body: Buffer } = { type: "", body: Buffer.alloc(0) };
let server: Server;

beforeAll(async () => {
  page = await ChromiumPage.open();
  server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": shown.type }).end(shown.body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(async () => {
  await page.close();
  server.close();
});

async function show(type: string, body: Buffer, width: number, height: number): Promise<void> {
  shown = { type, body };
  const address = z.object({ port: z.int() }).parse(server.address());
  await page.show(`http://127.0.0.1:${address.port}/`, width, height);
}

/** The part of full scale by which the PNG export differs from the SVG export as the browser shows it. */
async function differ(drawn: Drawn): Promise<number> {
  const png = decodePicture(await drawn.exportAs("png"));
  await show("image/svg+xml", await drawn.exportAs("svg"), png.width, png.height);
  return comparePictures(png, decodePicture(await page.screenshot())).mean;
}

describe("a PNG export is what a browser shows of the SVG export", () => {
  for (const sheet of sheets) {
    it(`with ${sheet.name}`, async () => {
      const drawn = await drawSheet(service.url, sheet, { width: SHEET_WIDTH, height: SHEET_HEIGHT });
      expect(await differ(drawn)).toBeLessThan(0.01);
    });
  }

  it("with everything on a photo", async () => {
    const file = path.join(projectRoot, "test", "fixtures", "exif-landscape-6.jpg");
    const drawn = await drawSheet(service.url, wholeGallery(), {
      picture: Uint8Array.from(await readFile(file)),
    });
    expect(await differ(drawn)).toBeLessThan(0.01);
  });
});

const FONT_SIZE = 40;
const samples: readonly [family: string, text: string][] = [
  ["noto-sans", "Größe, AVATAR & façade"],
  ["noto-sans", "Καλημέρα κόσμε"],
  ["noto-sans", "Добрый день, мир"],
  ["noto-sans", "Tiếng Việt có dấu"],
  ["noto-sans-arabic", "مرحبا بالعالم الجميل"],
  ["noto-sans-hebrew", "שָׁלוֹם עוֹלָם"],
  ["noto-sans-devanagari", "नमस्ते दुनिया क्षेत्र"],
  ["noto-sans-bengali", "বাংলা ক্ষুদ্র স্ত্রী"],
  ["noto-sans-tamil", "தமிழ் மொழி"],
  ["noto-sans-thai", "สวัสดีน้ำใจ"],
  ["noto-sans-georgian", "გამარჯობა"],
  ["noto-sans-armenian", "Բարեւ աշխարհ"],
  ["noto-serif-tibetan", "འགྲོ་བ་མིའི་རིགས་རྒྱུད"],
  ["noto-sans-mongolian", "ᠬᠦᠮᠦᠨ ᠪᠦᠷ"],
  ["noto-sans-syriac", "ܟܠ ܒܪܢܫܐ ܒܪܝܠܗ"],
  ["noto-sans-javanese", "ꦏꦤ꧀ꦛꦶ ꦩꦂꦢꦶꦏ"],
  ["noto-sans-jp", "こんにちは世界の直線"],
  ["noto-sans-kr", "안녕하세요 세계"],
  ["noto-sans-sc", "你好世界简体中文"],
  ["noto-sans-tc", "你好世界繁體中文"],
];
const exportedSchema = z.object({
  items: z.tuple([z.object({ target: z.object({ selector: z.object({ value: z.string() }) }) })]),
});

describe("a text is as wide as a browser sets it in the same fonts", () => {
  it.each(samples)("%s: %s", async (family, text) => {
    const sheet = {
      name: text,
      annotations: [
        {
          type: "text" as const,
          text,
          geometry: { x: 0, y: 0 },
          style: { stroke: "#000000", font_size: FONT_SIZE },
        },
      ],
    };
    const drawn = await drawSheet(service.url, sheet, { width: 1_000, height: 100 });
    const exported = exportedSchema.parse(
      JSON.parse((await drawn.exportAs("json", { profile: "w3c" })).toString()),
    );
    // xywh=pixel:x,y,width,height: the rectangle of its letters.
    const width = Number(exported.items[0].target.selector.value.split(",")[2]);

    // Spaces, which are in Noto Sans only: else the browser takes a font of the machine's for them.
    const faces = fontFiles
      .filter((font) => font.family === family || font.family === "noto-sans")
      .map(
        ({ name, unicodeRange }) =>
          `@font-face { font-family: T; src: url("${new URL(`/fonts/${name}`, service.url).href}"); unicode-range: ${unicodeRange}; }`,
      );
    await show(
      "text/html",
      Buffer.from(`<meta charset="utf-8"><style>${faces.join("\n")}</style><canvas></canvas>`),
      100,
      100,
    );
    const measured = await page.evaluate(`(async () => {
      const text = ${JSON.stringify(text)};
      const loaded = await document.fonts.load("${FONT_SIZE}px T", text);
      if (loaded.length === 0) throw new Error("no font was loaded");
      const context = document.querySelector("canvas").getContext("2d");
      context.font = "${FONT_SIZE}px T";
      return context.measureText(text).width;
    })()`);
    expect(Math.abs(width / z.number().parse(measured) - 1)).toBeLessThan(0.02);
  });
});
