import type { Color, DrawingStyle, ImageAnnotation } from "@annotorious/annotorious";
import type { Room } from "../room-api.ts";

/**
 * Has Annotorious draw annotations in their own colours.
 *
 * @example
 * anno.setStyle(roomStyle(room));
 */
export function roomStyle(room: Room): (annotation: ImageAnnotation) => DrawingStyle | undefined {
  return ({ id }) => {
    const style = room.annotations.get(id)?.style;
    if (!style) return undefined;
    const { stroke, fill, stroke_width, opacity } = style;
    return {
      ...(isColor(stroke) ? { stroke, strokeOpacity: opacity } : { strokeOpacity: 0 }),
      ...(isColor(fill) ? { fill, fillOpacity: opacity } : { fillOpacity: 0 }),
      strokeWidth: stroke_width,
    };
  };
}

function isColor(color: string | null): color is Color {
  return color?.startsWith("#") ?? false;
}
