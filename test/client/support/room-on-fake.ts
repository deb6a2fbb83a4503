import { vi } from "vitest";
import { connect, type ConnectOptions } from "../../../src/client/connect.ts";
import { MemoryStore } from "../../../src/client/outbox/memory-store.ts";
import type { Room } from "../../../src/client/room-api.ts";
import type { LabelSet } from "../../../src/protocol/model/label-set.ts";
import type { Document } from "../../../src/protocol/model/document.ts";
import type { StateMessage } from "../../../src/protocol/wire/down.ts";
import type { ClientMessage } from "../../../src/protocol/wire/up.ts";
import { FakeSocket } from "./fake-socket.ts";

export const documentId = "4a3c1f9e-6f0b-4d55-9d52-0f3b6f0c9a11";

export const document: Document = {
  id: documentId,
  title: "The falls at dusk",
  status: "active",
  version: 1,
  seq: 1,
  width: 100,
  height: 100,
  image: null,
  metadata: {},
  updated_by: null,
  updated_by_name: null,
  created_at: "2026-11-26T09:00:00.000Z",
  updated_at: "2026-11-26T09:00:00.000Z",
  deleted_at: null,
};

export const labels: LabelSet = {
  document_id: documentId,
  labels: [],
  version: 1,
  seq: 1,
  updated_by: null,
  updated_by_name: null,
  updated_at: document.created_at,
};

export function stateOf(more: Partial<StateMessage> = {}): StateMessage {
  return {
    type: "state",
    protocol: 1,
    documentId,
    connectionId: "c1",
    version: 1,
    lineage: "a1",
    contentEpoch: 0,
    snapshotVersion: 0,
    snapshotB64: null,
    updates: [],
    events: [],
    document,
    labels,
    annotations: [],
    comments: [],
    presence: [],
    resumed: false,
    diverged: false,
    more: false,
    ...more,
  };
}

/** A room whose service is the test. Time is the test's, too. */
export function openFakeRoom(options: ConnectOptions = {}): Room {
  return connect("https://acetate.example", documentId, {
    store: new MemoryStore(),
    WebSocket: FakeSocket.asClass(),
    ...options,
  });
}

/** The connection of the moment, with the state told. */
export async function goLive(state: Partial<StateMessage> = {}): Promise<FakeSocket> {
  const before = FakeSocket.all.length;
  for (let rounds = 0; FakeSocket.all.length === before && rounds < 100; rounds++) {
    if (FakeSocket.all.at(-1)?.readyState === 0) break;
    await vi.advanceTimersByTimeAsync(10);
  }
  FakeSocket.last.open();
  FakeSocket.last.tell(stateOf(state));
  await vi.advanceTimersByTimeAsync(0);
  return FakeSocket.last;
}

/** What a room has sent. */
export function sentTo(socket: FakeSocket): ClientMessage[] {
  return socket.sent.flatMap((frame) => (frame === "ping" ? [] : (JSON.parse(frame) as ClientMessage)));
}
