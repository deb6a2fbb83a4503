import type { Conflict } from "../../../client/room-api.ts";
import type { Editor } from "../../editor/editor.ts";
import { readShape } from "../../editor/read-shape.ts";
import { drawOutline } from "../../stage/outline.ts";
import type { Stage } from "../../stage/stage-api.ts";
import { createSvg } from "../../stage/svg.ts";

/**
 * Draws the shape that a conflict has put aside, dashed, beside the one that the document has now.
 *
 * @returns a function that takes it away
 */
export function showOther(conflict: Conflict, editor: Editor, stage: Stage): (() => void) | undefined {
  if (conflict.field !== "geometry") return undefined;
  const mark = editor.room.annotations.get(conflict.annotationId);
  const shape = mark && readShape(mark.type, conflict.kept === "mine" ? conflict.theirs : conflict.mine);
  if (!shape) return undefined;
  const group = createSvg("g");
  for (const name of ["their-under", "their put-aside"]) {
    const outline = drawOutline(shape, name);
    outline.setAttribute("vector-effect", "non-scaling-stroke");
    group.append(outline);
  }
  stage.diffLayer.append(group);
  return () => group.remove();
}
