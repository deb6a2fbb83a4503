import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { emojiFile, emojiKey } from "../src/text/emoji-files.ts";

/** Of Iconify's file of a set: SVG elements by name. */
const iconSetSchema = z.object({
  icons: z.record(z.string(), z.object({ body: z.string() })),
  aliases: z.record(z.string(), z.object({ parent: z.string() })),
});
/** Names by code points. */
const namesSchema = z.record(z.string(), z.string());

/** All that Twemoji draws with: shapes, and references within the same picture. Nothing that runs, loads or links. */
const elements = new Set(["path", "circle", "ellipse", "rect", "g", "defs", "use"]);
const attributeNames = new Set(
  (
    "fill d cx cy r rx ry x y width height id href transform fill-opacity fill-rule clip-rule stroke stroke-width " +
    "stroke-linecap stroke-linejoin stroke-miterlimit"
  ).split(" "),
);
const attributeValue = /^[\w\s.,#%()+-]*$/;

/** Twemoji's pictures as the files that the Worker reads: name → text. Throws if a picture holds what it must not. */
export async function makeEmojiFiles(modules: string): Promise<Map<string, string>> {
  const folder = path.join(modules, "@iconify-json/twemoji");
  const [set, names] = await Promise.all([
    readFile(path.join(folder, "icons.json"), "utf8").then((json) => iconSetSchema.parse(JSON.parse(json))),
    readFile(path.join(folder, "chars.json"), "utf8").then((json) => namesSchema.parse(JSON.parse(json))),
  ]);
  const files = new Map<string, Record<string, string>>();
  for (const [codes, name] of Object.entries(names)) {
    const icon = set.icons[name] ?? set.icons[set.aliases[name]?.parent ?? ""];
    if (!icon) throw new Error(`Twemoji has no picture ${name}`);
    const emoji = String.fromCodePoint(...codes.split("-").map((code) => Number.parseInt(code, 16)));
    const key = emojiKey(emoji);
    const file = files.get(emojiFile(key)) ?? {};
    file[key] = makePicture(name, icon.body);
    files.set(emojiFile(key), file);
  }
  return new Map(Array.from(files, ([name, pictures]) => [name, JSON.stringify(pictures)]));
}

/**
 * An icon's SVG elements, as they are drawn here. An `opacity` becomes the fill's. Clips, which only cut at the
 * picture's edge, are left out. For both, the rasterizer would make a canvas of its own, and it panics if that is far
 * outside the window. Throws if the elements are not only shapes.
 */
export function makePicture(name: string, body: string): string {
  const svg = body
    .replaceAll(' xmlns="http://www.w3.org/2000/svg"', "")
    .replaceAll(/<clipPath[^>]*>.*?<\/clipPath>/gs, "")
    .replaceAll(/ clip-path="url\(#\w+\)"/g, "")
    .replaceAll(/<(?:path|ellipse|circle)(?: (?!stroke=)[\w-]+="[^"<>]*")*\/>/g, (shape) =>
      shape.replace(' opacity="', ' fill-opacity="'),
    );
  // Without its well-formed tags nothing is left.
  const rest = svg.replaceAll(
    /<\/?(\w+)((?: [\w-]+="[^"<>]*")*)\s*\/?>/g,
    (_tag, element: string, attributes: string) => {
      if (!elements.has(element)) throw new Error(`The emoji ${name} has an element <${element}>`);
      for (const [, attribute = "", value = ""] of attributes.matchAll(/ ([\w-]+)="([^"]*)"/g)) {
        const inside = attribute !== "href" || value.startsWith("#");
        if (!attributeNames.has(attribute) || !attributeValue.test(value) || !inside)
          throw new Error(`The emoji ${name} has an attribute ${attribute}="${value}"`);
      }
      return "";
    },
  );
  if (rest.trim() !== "") throw new Error(`The emoji ${name} is not only SVG elements: ${rest.slice(0, 40)}`);
  return svg;
}
