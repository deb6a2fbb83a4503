import type { Editor } from "../editor/editor.ts";
import type { Stage } from "../stage/stage-api.ts";
import type { Guides } from "./guides.ts";

/** What every tool works with. */
export interface ToolContext {
  editor: Editor;
  stage: Stage;
  guides: Guides;
  /** Opens a text to be typed on the picture: a mark's, or a new one. */
  editText: (target: TextTarget) => void;
}

export type TextTarget =
  | { id: string }
  /** A new text: the top left of its box in image pixels, and how wide its lines are. */
  | { x: number; y: number; width?: number };
