import { createContext, useContext } from "react";
import type { RoomSlot } from "./room-slot.ts";

export const RoomContext = createContext<RoomSlot | null>(null);

/** The slot of the nearest `<Room>`. */
export function useRoomSlot(): RoomSlot {
  const slot = useContext(RoomContext);
  if (!slot) throw new Error("There is no <Room> above this component: put one around it");
  return slot;
}
