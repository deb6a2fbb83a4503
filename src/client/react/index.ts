"use client";

/**
 * Acetate for React (18.2 and newer): a `<Room>`, and hooks for what is in it. docs/client.md shows each.
 */
export { Room, type ConnectedRoomProps, type GivenRoomProps, type RoomProps } from "./room.ts";
export {
  type Annotate,
  useAnnotate,
  useHistory,
  useMyPresence,
  useRefused,
  useUpdateMyPresence,
  useVersions,
} from "./use-actions.ts";
export { type ExportState, useExport, type UseExport } from "./use-export.ts";
export type { UseValue } from "./use-readable.ts";
export { useRoom, useRoomEvent } from "./use-room.ts";
export {
  useAnnotation,
  useAnnotations,
  useComments,
  useDocument,
  useLabels,
  useOthers,
  useStatus,
  useUnsaved,
} from "./use-values.ts";
