import type { Style } from "../protocol/model/annotation.ts";
import { formatNumber } from "./svg-text.ts";

/** A colour as SVG 1.1 writes it. Viewers disagree on #rrggbbaa, but not on a separate opacity. */
export interface Paint {
  color: string;
  /** 0–1. */
  alpha: number;
}

/** Reads `#rrggbb` or `#rrggbbaa`; null stays null. */
export function toPaint(color: string): Paint;
export function toPaint(color: string | null): Paint | null;
export function toPaint(color: string | null): Paint | null {
  if (color === null) return null;
  const alpha = color.length === 9 ? Number.parseInt(color.slice(7), 16) / 255 : 1;
  return { color: color.slice(0, 7), alpha };
}

/** Moves the opacity into the colours, to a 255th. */
export function foldOpacity(style: Style): Style {
  if (style.opacity === 1 || style.opacity === 0) return style;
  const fade = (color: string | null): string | null => {
    const paint = toPaint(color);
    if (!paint) return null;
    const alpha = Math.round(paint.alpha * style.opacity * 255);
    return paint.color + alpha.toString(16).padStart(2, "0");
  };
  return { ...style, stroke: fade(style.stroke), fill: fade(style.fill), opacity: 1 };
}

export type Attributes = Record<string, string | number | undefined>;

export function fillAttributes(paint: Paint | null): Attributes {
  if (!paint) return { fill: "none" };
  return { fill: paint.color, "fill-opacity": paint.alpha < 1 ? paint.alpha : undefined };
}

export function strokeAttributes(paint: Paint, width: number): Attributes {
  return {
    stroke: paint.color,
    "stroke-opacity": paint.alpha < 1 ? paint.alpha : undefined,
    "stroke-width": width,
  };
}

/**
 * The most repeats of a dash pattern along one line. More would look like a grey haze, and take minutes to draw
 * anywhere.
 */
const DASH_REPEATS_MAX = 10_000;

/** The dash pattern for a line of `length` pixels; undefined: the line is solid. */
export function dashArray(style: Style, length: number): string | undefined {
  if (!style.dash) return undefined;
  const period = style.dash.reduce((sum, part) => sum + part, 0);
  if (period <= 0 || length / period > DASH_REPEATS_MAX) return undefined;
  return style.dash.map(formatNumber).join(" ");
}

/**
 * Whether dark ink reads better on a colour than light ink: its relative luminance (WCAG 2.2) is over a middle that
 * favours light ink.
 */
export function isLight(paint: Paint): boolean {
  const channel = (at: number): number => {
    const value = Number.parseInt(paint.color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5) > 0.4;
}
