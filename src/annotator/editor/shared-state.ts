import type { Style } from "../../protocol/model/annotation.ts";
import type { AnnotationType, Geometry } from "../../protocol/model/geometry.ts";

/**
 * What each annotator shows to the others as its presence (4 KiB at most). What others sent is checked by
 * `readSharedState`: it may come from any client.
 */
export interface SharedState {
  /** Image pixels. Absent: the pointer is elsewhere. */
  cursor?: [x: number, y: number];
  /** Ids of selected annotations, the first few. */
  selection?: string[];
  /** What is being drawn or dragged, with few enough points. `id`: it replaces that annotation. */
  draft?: { id?: string; type: AnnotationType; geometry: Geometry; style?: Partial<Style>; text?: string };
  /** The part of the picture on the screen, for those who follow: its centre in image pixels, and its width. */
  view?: { x: number; y: number; width: number };
}
