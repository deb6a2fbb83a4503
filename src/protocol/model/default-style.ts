import type { Style } from "./annotation.ts";

/** The style of an annotation that names none. It stands apart from the schemas so that a client can do without zod. */
export const defaultStyle: Style = {
  stroke: "#e11d48",
  fill: null,
  stroke_width: 3,
  font_size: 24,
  opacity: 1,
};
