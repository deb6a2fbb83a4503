import { useMemo } from "react";
import type { Version } from "../../protocol/model/version.ts";
import type { Annotations, OwnPresence, RefusedOperation, Room, Undone, Versions } from "../room-api.ts";
import { useRoomSlot } from "./room-context.ts";
import type { RoomSlot, Source } from "./room-slot.ts";
import { keepAll, useReadable } from "./use-readable.ts";

/** What a component can do to annotations. All functions stay the same as long as the room does. */
export interface Annotate extends Pick<Annotations, "create" | "update" | "delete" | "restore"> {
  undo: () => Undone | null;
  redo: () => Undone | null;
  /** All changes that `run` makes are one step of undo. */
  gesture: <T>(run: () => T) => T;
}

/**
 * The functions that change annotations. They never make a component render.
 *
 * @example
 * const { create, update } = useAnnotate();
 * <svg onPointerDown={({ clientX: x, clientY: y }) => create({ type: "point", geometry: { x, y } })} />
 */
export function useAnnotate(): Annotate {
  return useActions(makeAnnotate);
}

function makeAnnotate(slot: RoomSlot): Annotate {
  return {
    create: (draft) => slot.require().annotations.create(draft),
    update: (id, edit) => slot.require().annotations.update(id, edit),
    delete: (id) => slot.require().annotations.delete(id),
    restore: (id) => slot.require().annotations.restore(id),
    undo: () => slot.require().undo(),
    redo: () => slot.require().redo(),
    gesture: (run) => slot.require().gesture(run),
  };
}

/** Whether there is something to undo or to do again, for the buttons. */
export function useHistory(): { canUndo: boolean; canRedo: boolean } {
  const canUndo = useReadable(canUndoSource, keepAll);
  const canRedo = useReadable(canRedoSource, keepAll);
  return { canUndo, canRedo };
}

const canUndoSource: Source<boolean> = { pick: ({ history }) => history.canUndo, initial: false };
const canRedoSource: Source<boolean> = { pick: ({ history }) => history.canRedo, initial: false };

type PresenceState = OwnPresence["value"];
type UpdatePresence = (state: Record<string, unknown>) => void;

/**
 * What this client shows to the others, and a function that changes some members of it.
 *
 * @example
 * const [presence, updatePresence] = useMyPresence();
 */
export function useMyPresence(): readonly [state: PresenceState, update: UpdatePresence] {
  return [useReadable(presenceSource, keepAll), useUpdateMyPresence()];
}

const presenceSource: Source<PresenceState> = { pick: ({ presence }) => presence, initial: {} };

/** Only the function, for components that need not render with each move of their own cursor. */
export function useUpdateMyPresence(): UpdatePresence {
  return useActions(makeUpdatePresence);
}

function makeUpdatePresence(slot: RoomSlot): UpdatePresence {
  return (state) => slot.require().presence.update(state);
}

/** The versions, newest first, and what can be done with them. */
export function useVersions(): { versions: readonly Version[] } & Pick<Versions, "create" | "revert"> {
  return { versions: useReadable(versionsSource, keepAll), ...useActions(makeVersionActions) };
}

const versionsSource: Source<readonly Version[]> = { pick: ({ versions }) => versions, initial: [] };

function makeVersionActions(slot: RoomSlot): Pick<Versions, "create" | "revert"> {
  return {
    create: async (label) => slot.require().versions.create(label),
    revert: async (id) => slot.require().versions.revert(id),
  };
}

/** What the service refused for good. It is kept until it is dismissed. */
export function useRefused(): { refused: readonly RefusedOperation[]; dismiss: Room["dismiss"] } {
  return { refused: useReadable(refusedSource, keepAll), dismiss: useActions(makeDismiss) };
}

const refusedSource: Source<readonly RefusedOperation[]> = { pick: ({ refused }) => refused, initial: [] };

function makeDismiss(slot: RoomSlot): Room["dismiss"] {
  return (opId) => slot.require().dismiss(opId);
}

function useActions<T>(make: (slot: RoomSlot) => T): T {
  const slot = useRoomSlot();
  return useMemo(() => make(slot), [make, slot]);
}
