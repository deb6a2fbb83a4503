import { argumentCounts, GLYPH_UNITS, type Emoji, type Glyph } from "./glyph.ts";
import { fillAttributes, strokeAttributes } from "./paint.ts";
import type { PlacedText } from "./shape.ts";
import { attributes, formatNumber } from "./svg-text.ts";

/**
 * Texts as SVG. The outline of a glyph and the elements of an emoji are written once, among the definitions of the file.
 * A text refers to them.
 */

/** Writes the definition of a glyph: its outline, in glyph units. */
export function defineGlyph({ id, commands, coordinates }: Glyph): string {
  // Joined at the end: a string that grows is held in pieces that take many times its length.
  const parts: string[] = [];
  let at = 0;
  for (const letter of commands) {
    const end = at + (argumentCounts[letter] ?? 0);
    parts.push(letter + Array.from(coordinates.subarray(at, end), formatNumber).join(" "));
    at = end;
  }
  return `<path${attributes({ id, d: parts.join("") })}/>`;
}

export function defineEmoji({ id, svg }: Emoji): string {
  return `<g${attributes({ id })}>${svg}</g>`;
}

/** Writes a text. `name` becomes an id: it must mean the same text in all files. */
export function writeText(placed: PlacedText, name: string): string {
  const { text, ground } = placed;
  const rect = ground && {
    x: ground.box.left,
    y: ground.box.top,
    width: ground.box.right - ground.box.left,
    height: ground.box.bottom - ground.box.top,
    rx: ground.radius,
    ...fillAttributes(ground.paint),
  };
  const letters = text.glyphs.length > 0 ? writeLetters(placed, name) : "";
  return turn((rect ? `<rect${attributes(rect)}/>` : "") + letters + writeAllEmoji(placed), placed);
}

/** Writes only the emoji of a text. */
export function writeEmoji(placed: PlacedText): string {
  return turn(writeAllEmoji(placed), placed);
}

function turn(elements: string, { rotation }: PlacedText): string {
  if (!rotation || elements === "") return elements;
  const transform = `rotate(${[rotation.degrees, rotation.cx, rotation.cy].map(formatNumber).join(" ")})`;
  return `<g${attributes({ transform })}>${elements}</g>`;
}

/**
 * Writes the letters, with their halo below all of them. It is a little denser where the halos of two letters overlap:
 * an opacity of the group would prevent that, but librsvg takes a canvas as large as the picture for each.
 */
function writeLetters({ text, x, y, ink, halo }: PlacedText, name: string): string {
  const { fontSize, glyphs, places } = text;
  const unit = fontSize / GLYPH_UNITS;
  // Most glyphs stand on the first baseline: with the origin there they need no y.
  const baseline = places[1] ?? 0;
  const uses = glyphs.map(({ id }, index) =>
    writeGlyph(
      id,
      (places[index * 3] ?? 0) * GLYPH_UNITS,
      ((places[index * 3 + 1] ?? 0) - baseline) * GLYPH_UNITS,
      places[index * 3 + 2] ?? 1,
    ),
  );
  const place = `translate(${formatNumber(x)} ${formatNumber(y + baseline * fontSize)})`;
  // Rounded to a thousandth of a unit, these would be a pixel off at the end of a line.
  const transform = `${place} scale(${Number(unit.toFixed(7))})`;
  const letters = uses.join("");
  if (!halo) return `<g${attributes({ transform, ...fillAttributes(ink) })}>${letters}</g>`;
  const line = {
    fill: "none",
    ...strokeAttributes(halo.paint, (2 * halo.width) / unit),
    "stroke-linejoin": "round",
  };
  return (
    `<g${attributes({ transform })}><g${attributes(line)}><g${attributes({ id: name })}>${letters}</g></g>` +
    `<use${attributes({ href: `#${name}`, ...fillAttributes(ink) })}/></g>`
  );
}

function writeGlyph(id: string, x: number, y: number, size: number): string {
  const href = `#${id}`;
  const place = { x: orNothing(x), y: orNothing(y) };
  if (size === 1) return `<use${attributes({ href, ...place })}/>`;
  const transform = `translate(${formatNumber(x)} ${formatNumber(y)}) scale(${formatNumber(size)})`;
  return `<use${attributes({ href, transform })}/>`;
}

/** A coordinate of zero is left out. To a tenth of a unit, it is exact enough for letters of 2,000 pixels. */
function orNothing(value: number): number | undefined {
  const rounded = Math.round(value * 10) / 10;
  return rounded === 0 ? undefined : rounded;
}

/** A translucent emoji gets the alpha shape by shape: an opacity of the group would need a canvas of its own. */
function writeAllEmoji({ text, x, y, ink }: PlacedText): string {
  const uses = text.emoji.map(({ emoji, ...place }) => {
    const move = `translate(${formatNumber(x + place.x)} ${formatNumber(y + place.y)})`;
    const use = {
      href: `#${emoji.id}`,
      transform: `${move} scale(${formatNumber(place.scale)})`,
      "fill-opacity": ink.alpha < 1 ? ink.alpha : undefined,
    };
    return `<use${attributes(use)}/>`;
  });
  return uses.join("");
}
