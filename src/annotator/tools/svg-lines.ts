import type { Point as StagePoint } from "../stage/stage-api.ts";

/** A pale line over a dark one can be seen on any picture. */
export function drawTwice(d: string, more = ""): string[] {
  return d === "" ? [] : [`<path class="guide-under" d="${d}"/>`, `<path class="guide ${more}" d="${d}"/>`];
}

export function circle(name: string, { x, y }: StagePoint, r: number): string {
  return `<circle class="${name}" cx="${round(x)}" cy="${round(y)}" r="${r}"/>`;
}

export function linePath(points: readonly StagePoint[], isClosed: boolean): string {
  const steps = points.map(({ x, y }) => `${round(x)} ${round(y)}`);
  return steps.length === 0 ? "" : `M${steps.join("L")}${isClosed ? "Z" : ""}`;
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
