import { useMemo } from "react";
import type { Annotation } from "../../protocol/model/annotation.ts";
import type { Comment } from "../../protocol/model/comment.ts";
import type { Document } from "../../protocol/model/document.ts";
import type { LabelSet } from "../../protocol/model/label-set.ts";
import type { PresenceEntry } from "../../protocol/wire/down.ts";
import type { Room, RoomStatus } from "../room-api.ts";
import type { Source } from "./room-slot.ts";
import { keepAll, makeUseValue, useReadable, type UseValue } from "./use-readable.ts";

/**
 * The annotations in drawing order, your own changes included.
 *
 * @example
 * const boxes = useAnnotations((list) => list.filter(({ type }) => type === "box"));
 */
export const useAnnotations: UseValue<readonly Annotation[]> = makeUseValue({
  pick: (room) => room.annotations,
  initial: [],
});

/** One annotation. undefined: there is none, or it is deleted. The component renders only when this one changes. */
export function useAnnotation(id: string | null | undefined): Annotation | undefined {
  const source = useMemo((): Source<Annotation | undefined> => {
    const find = (room: Room) => (id ? room.annotations.get(id) : undefined);
    return {
      pick: (room) => ({
        get value() {
          return find(room);
        },
        subscribe: (listener) => room.annotations.subscribe(() => listener(find(room))),
      }),
      initial: undefined,
    };
  }, [id]);
  return useReadable(source, keepAll, Object.is);
}

/** The document: its title, size and picture. null: not known yet. */
export const useDocument: UseValue<Document | null> = makeUseValue({
  pick: (room) => room.document,
  initial: null,
});

/** The document's label set: which labels to offer. null: not known yet. `useRoom()` has what sets it. */
export const useLabels: UseValue<LabelSet | null> = makeUseValue({
  pick: (room) => room.labels,
  initial: null,
});

/** The comments in the order in which they were made, your own changes included. `useRoom()` has what changes them. */
export const useComments: UseValue<readonly Comment[]> = makeUseValue({
  pick: (room) => room.comments,
  initial: [],
});

/**
 * The others who are here: their names, and what they show of themselves.
 *
 * @example
 * const names = useOthers((others) => others.map(({ name }) => name));
 */
export const useOthers: UseValue<readonly PresenceEntry[]> = makeUseValue({
  pick: (room) => room.others,
  initial: [],
});

/**
 * Whether the room is connected, and if not, why.
 *
 * @example
 * const isLive = useStatus(({ state }) => state === "live");
 */
export const useStatus: UseValue<RoomStatus> = makeUseValue({
  pick: (room) => room.status,
  initial: { state: "connecting", error: null, retryAt: null, storeError: null },
});

/**
 * How many changes are not durable yet.
 *
 * @example
 * const hasUnsaved = useUnsaved((count) => count > 0);
 */
export const useUnsaved: UseValue<number> = makeUseValue({ pick: (room) => room.unsaved, initial: 0 });
