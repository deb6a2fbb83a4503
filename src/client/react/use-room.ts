import { useCallback, useEffect, useRef, useSyncExternalStore } from "react";
import type { Room, RoomEvents } from "../room-api.ts";
import { useRoomSlot } from "./room-context.ts";

/**
 * The room itself, for what no hook does: `room.broadcast`, `room.updateDocument`, `room.allSaved`. null: it is not open
 * yet, as on the server and in the first render.
 */
export function useRoom(): Room | null {
  const slot = useRoomSlot();
  const subscribe = useCallback((listener: () => void) => slot.current.subscribe(listener), [slot]);
  return useSyncExternalStore(
    subscribe,
    () => slot.current.value,
    () => null,
  );
}

/**
 * Calls the latest `listener` for each event of the room.
 *
 * @example
 * useRoomEvent("refused", ({ error }) => toast(error.message));
 */
export function useRoomEvent<Name extends keyof RoomEvents>(
  name: Name,
  listener: (event: RoomEvents[Name]) => void,
): void {
  const slot = useRoomSlot();
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => slot.watchRoom((room) => room.on(name, (event) => latest.current(event))), [slot, name]);
}
