import { z } from "zod";
import type { Measurement } from "../harness.ts";
import type { LocalServer } from "../server.ts";
import type { RoomServer } from "./contenders.ts";
import { planReceivers, roomEntrance, updateFrames } from "./plan.ts";
import { Receivers } from "./receivers.ts";
import { Sender } from "./sender.ts";
import type { Play } from "./updates.ts";
import { acetateWire } from "./wires.ts";

/**
 * Cloudflare's price list (Workers Paid), as read in November 2026; check it before you rely on it:
 * https://developers.cloudflare.com/durable-objects/platform/pricing Rows and index entries written, beyond the 50
 * million a month that are included; requests, of which 20 incoming WebSocket messages make one. What a room's time and
 * its stored bytes cost comes on top: it depends on how long rooms are busy.
 */
const DOLLARS_PER_MILLION_ROWS = 1;
const DOLLARS_PER_MILLION_REQUESTS = 0.15;
const MESSAGES_PER_REQUEST = 20;

const PATIENCE_MS = 30_000;

/** A server of `bench/rows-written`. */
export function countedRooms(server: LocalServer): RoomServer {
  return {
    name: "rows written",
    server,
    wire: acetateWire((room) => `/rooms/${room}`, { batch: true }),
    createRoom: async () => {
      const room = crypto.randomUUID();
      const response = await fetch(new URL(`/rooms/${room}`, server.url), { method: "POST" });
      if (!response.ok) throw new Error(`The room was not made: ${await response.text()}`);
      return room;
    },
  };
}

/**
 * Rows written for 1,000 updates that come at `perSecond`, and the bill for a million of them, each a frame of its own.
 */
export async function measureRows(server: RoomServer, play: Play, perSecond: number): Promise<Measurement> {
  const room = await server.createRoom();
  const rowsWritten = async () => {
    const response = await fetch(new URL(`/rooms/${room}/rows`, server.server.url));
    return z.number().parse(await response.json());
  };
  const witness = await Receivers.open(planReceivers(server, room, play, { count: 1 }));
  const sender = await Sender.open(roomEntrance(server, room));
  try {
    const before = await rowsWritten();
    await sender.pace(updateFrames(server.wire, room, play), perSecond);
    await witness.received(PATIENCE_MS);
    const rows = ((await rowsWritten()) - before) / play.updates.length;
    return {
      "rows per 1,000 updates": rows * 1_000,
      "$ per million updates":
        rows * DOLLARS_PER_MILLION_ROWS + DOLLARS_PER_MILLION_REQUESTS / MESSAGES_PER_REQUEST,
    };
  } finally {
    sender.close();
    await witness.close();
  }
}
