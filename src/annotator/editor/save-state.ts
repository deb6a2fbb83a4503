import type { RoomStatus } from "../../client/room-api.ts";

/** How long this person has been waiting for the service: under 400 ms, under 5 s, or longer. */
export type Wait = "short" | "noticeable" | "long";

/** After this time "Saving" is said: sooner, it would only flicker. */
export const NOTICEABLE_MS = 400;
/** After this time it is no longer "Saving": something holds the changes up. */
export const LONG_MS = 5_000;

/** What the annotator can say about the state of this person's work, the most pressing first. */
export type SaveState =
  /** The service does not let this client in. */
  | { kind: "shut"; code: string; kept: number }
  /** The same field was changed by two people, and this one has to choose. */
  | { kind: "conflict"; count: number }
  /** The service refused changes for good. */
  | { kind: "refused"; count: number }
  /** Changes can't be kept on this device: they are lost if the page is closed now. */
  | { kind: "unkept"; count: number }
  | { kind: "offline"; count: number }
  | { kind: "opening" }
  | { kind: "waiting"; count: number }
  | { kind: "saving" }
  | { kind: "saved" };

export interface SaveFacts {
  status: RoomStatus;
  /** The connection was lost and is not back: tries to connect don't count as being back. */
  isAway: boolean;
  isOpen: boolean;
  unsaved: number;
  conflicts: number;
  refused: number;
  wait: Wait;
}

export function toSaveState({
  status,
  isAway,
  isOpen,
  unsaved,
  conflicts,
  refused,
  wait,
}: SaveFacts): SaveState {
  if (status.state === "refused")
    return { kind: "shut", code: status.error?.code ?? "internal", kept: unsaved };
  if (conflicts > 0) return { kind: "conflict", count: conflicts };
  if (refused > 0) return { kind: "refused", count: refused };
  if (status.storeError && unsaved > 0) return { kind: "unkept", count: unsaved };
  if (isAway) return { kind: "offline", count: unsaved };
  if (!isOpen) return { kind: "opening" };
  if (unsaved === 0 || wait === "short") return { kind: "saved" };
  return status.state === "live" && wait === "noticeable"
    ? { kind: "saving" }
    : { kind: "waiting", count: unsaved };
}
