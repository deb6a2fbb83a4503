/**
 * Acetate for Annotorious 3 (https://annotorious.dev): the room's annotations in Annotorious, and what its user does in
 * the room, as it happens. docs/client.md shows how.
 */
export {
  type AnnotoriousBinding,
  type AnnotoriousOptions,
  bindAnnotorious,
  type BoundAnnotator,
} from "./bind-annotorious.ts";
export type { OthersOptions } from "./others.ts";
export { roomStyle } from "./room-style.ts";
