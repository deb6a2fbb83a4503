import { expect, it } from "vitest";
import { RoomSlot } from "../../../src/client/react/room-slot.ts";
import { DrivenRoom } from "../support/driven-room.ts";

it("a slot hears one room at a time", async () => {
  const rooms: DrivenRoom[] = [];
  const slot = new RoomSlot(() => {
    const room = new DrivenRoom();
    rooms.push(room);
    return room;
  });
  let calls = 0;
  const stop = slot.watch({ pick: (room) => room.unsaved, initial: 0 }, () => void calls++);
  const close = slot.retain();
  expect(calls).toBe(1);
  rooms[0]?.unsaved.set(1);
  expect(calls).toBe(2);
  close();
  await Promise.resolve();
  expect(rooms[0]?.closed).toBe(1);
  slot.retain();
  expect(calls).toBe(3);
  rooms[0]?.unsaved.set(2);
  expect(calls).toBe(3);
  rooms[1]?.unsaved.set(2);
  expect(calls).toBe(4);
  stop();
  rooms[1]?.unsaved.set(3);
  expect(calls).toBe(4);
});
