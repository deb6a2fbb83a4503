import { expect, it, vi } from "vitest";
import { MemoryStore } from "../../src/client/outbox/memory-store.ts";
import { FakeSocket } from "./support/fake-socket.ts";
import { openProvider, textOf } from "./support/providers.ts";
import { documentId } from "./support/room-on-fake.ts";
import { until } from "./support/rooms.ts";

it("shows what the client before it is still storing as it starts, once that is done", async () => {
  const store = new MemoryStore();
  const put = store.put.bind(store);
  const stored = Promise.withResolvers<void>();
  vi.spyOn(store, "put").mockImplementation(async (operations) => {
    await stored.promise;
    await put(operations);
  });
  const options = { store, WebSocket: FakeSocket.asClass(), actorId: "ann" };
  const first = openProvider("https://acetate.example", documentId, options);
  textOf(first).insert(0, "kept");
  first.room.annotations.create({ type: "point", geometry: { x: 1, y: 2 }, text: "kept" });
  first.destroy();
  const next = openProvider("https://acetate.example", documentId, options);
  // It connects when it has looked at the store.
  await vi.waitFor(() => expect(FakeSocket.all).toHaveLength(1));
  expect(textOf(next).toJSON()).toBe("");
  stored.resolve();
  await until(next.room.unsaved, (unsaved) => unsaved === 2);
  expect(textOf(next).toJSON()).toBe("kept");
  expect(next.room.annotations.value).toMatchObject([{ text: "kept" }]);
  next.destroy();
});
