import type { Style } from "../../protocol/model/annotation.ts";
import { textPaints } from "../../scene/draw-text.ts";
import type { Paint } from "../../scene/paint.ts";

/**
 * Gives a field the colours that its text is drawn in: letters on a ground or in a halo. `scale`: stage pixels per
 * image pixel. Returns the padding that the ground or the halo needs around the text, in stage pixels.
 */
export function styleTextField(field: HTMLElement, style: Style, scale: number): number {
  const { ink, ground, halo } = textPaints(style);
  const padding = (ground ?? { padding: halo.width }).padding * scale;
  field.style.color = toCss(ink);
  field.style.caretColor = toCss({ ...ink, alpha: 1 });
  field.style.backgroundColor = ground ? toCss(ground.paint) : "transparent";
  field.style.borderRadius = ground ? `${padding}px` : "";
  // Half of the stroke lies below the letters.
  field.style.webkitTextStroke = ground ? "" : `${2 * halo.width * scale}px ${toCss(halo.paint)}`;
  return padding;
}

function toCss({ color, alpha }: Paint): string {
  const hex = Math.round(alpha * 255).toString(16);
  return color + hex.padStart(2, "0");
}
