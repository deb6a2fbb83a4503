import { afterEach, expect, it } from "vitest";
import { connect, type Room } from "../../../src/client/index.ts";
import { write } from "../../crash/rest-client.ts";
import { waitFor } from "../../e2e/support/wait-for.ts";
import { Proxy } from "./proxy.ts";
import { TorturedService } from "./tortured-service.ts";

const closings: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});

/**
 * A limit of the protocol: a seq does not say of which history it is. The client is given what came after its `since`,
 * as if nothing had happened, and shows for good what the service has not. If this fails, the protocol can tell: then
 * the torture test need not keep clients silent after a rollback.
 */
it("can't tell a client of a rollback when others have made more changes than were lost", async () => {
  const [service, older] = await Promise.all([TorturedService.start(), TorturedService.start()]);
  closings.push(
    () => service.close(),
    () => older.close(),
  );
  const documentId = crypto.randomUUID();
  for (const { url } of [service, older]) {
    await write(url, { method: "POST", route: "/v1/documents", body: { id: documentId, title: "Rollback" } });
  }
  const late = await open(service.url, documentId);
  await create(late.room, 2);
  const early = await open(older.url, documentId);
  await create(early.room, 3);

  await late.goTo(older.url);
  await create(late.room, 1);
  await waitFor("the last one to arrive", () => early.room.annotations.value.length === 4 || undefined);

  const ids = new Set(early.room.annotations.value.map(({ id }) => id));
  const shown = late.room.annotations.value.map(({ id }) => ids.has(id));
  // Two that are lost, one of the other client's three, and the last.
  expect(shown.filter((isThere) => !isThere)).toHaveLength(2);
  expect(shown.filter((isThere) => isThere)).toHaveLength(2);
}, 120_000);

async function open(service: URL, documentId: string) {
  const proxy = await Proxy.start(service);
  const room = connect(proxy.url, documentId);
  closings.push(
    () => proxy.close(),
    () => room.close(),
  );
  const goTo = async (target: URL): Promise<void> => {
    proxy.target = target;
    room.reconnect();
    await waitFor("the room to be live", () => room.status.value.state === "live" || undefined);
  };
  await goTo(service);
  return { room, goTo };
}

async function create(room: Room, count: number): Promise<void> {
  const geometry = { x: 0, y: 0, width: 10, height: 10 };
  for (let i = 0; i < count; i++) await room.annotations.create({ type: "box", geometry }).saved;
}
