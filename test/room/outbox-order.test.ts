import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { OutboxRelay } from "../../src/room/sync/outbox-relay.ts";
import { Schedule } from "../../src/room/sync/schedule.ts";
import { OutboxStore } from "../../src/room/store/outbox.ts";
import { RoomStore } from "../../src/room/store/room-store.ts";
import { migrateSchema } from "../../src/room/store/schema.ts";
import { box, good, newDocument, open, stubOf } from "../support/room.ts";
import { withMembers } from "../support/with-members.ts";

describe("the outbox", () => {
  it("I1 tells the catalog of nothing that is not durable yet", async () => {
    const { id, stub } = await newDocument();
    const order = await runInDurableObject(stub, async (_room, { storage }) => {
      const order: string[] = [];
      const watched = withMembers(storage, {
        sync: async () => {
          await storage.sync();
          order.push("durable");
        },
      });
      const db = withMembers(env.DB, {
        batch: (statements) => {
          order.push("sent");
          return env.DB.batch(statements);
        },
      });
      const store = new RoomStore(storage.sql);
      store.load();
      const outbox = new OutboxRelay(store, db, watched, new Schedule(storage));
      storage.transactionSync(() => store.outbox.mark("document", id, 1));
      outbox.start(Date.now());
      await outbox.waitFor(Infinity, 5_000);
      return order;
    });
    expect(order).toEqual(["durable", "sent"]);
  });

  it("R45 sends more rows than one request takes, to the last", async () => {
    const { room, stub } = await newDocument();
    const ids: string[] = [];
    for (const count of [500, 1]) {
      const operations = Array.from({ length: count }, () => ({ ...box, op: "create" as const }));
      const { annotations } = good(await room.applyBatch(open, operations, {}));
      ids.push(...annotations.map(({ id }) => id));
    }
    await runInDurableObject(stub, async (_room, { storage }) => {
      const store = new RoomStore(storage.sql);
      store.load();
      storage.transactionSync(() => {
        for (const annotation of ids) store.outbox.mark("annotation", annotation, store.head);
      });
      const outbox = new OutboxRelay(store, env.DB, storage, new Schedule(storage));
      outbox.start(Date.now());
      await outbox.waitFor(Infinity, 20_000);
      expect(store.outbox.hasPending).toBe(false);
    });
  });

  it("R45 keeps the mark of a row that has changed while it was sent", async () => {
    const { id, stub } = await newDocument();
    await runInDurableObject(stub, (_room, { storage }) => {
      const outbox = new OutboxStore(storage.sql);
      const other = crypto.randomUUID();
      storage.transactionSync(() => {
        outbox.mark("document", id, 5);
        outbox.mark("annotation", other, 6);
      });
      const sent = outbox.nextPending(10);
      storage.transactionSync(() => outbox.mark("document", id, 7));
      outbox.acknowledge(sent);
      storage.transactionSync(() => outbox.deleteAcknowledged());
      const left = [{ kind: "document", id, seq: 7 }];
      expect(outbox.nextPending(10)).toEqual(left);
      // Also for the one who wakes up and knows only what is stored.
      expect(new OutboxStore(storage.sql).nextPending(10)).toEqual(left);
    });
  });

  it("R45 goes on after the last page: a row that changes all the time holds up no other", async () => {
    await runInDurableObject(stubOf(crypto.randomUUID()), (_room, { storage: { sql } }) => {
      migrateSchema(sql);
      const outbox = new OutboxStore(sql);
      for (const id of ["a", "b", "c"]) outbox.mark("document", id, 1);
      const sent: string[] = [];
      for (let seq = 2; sent.length < 4; seq++) {
        sent.push(...outbox.nextPending(1).map(({ id }) => id));
        outbox.mark("document", "a", seq);
      }
      expect(sent).toEqual(["a", "b", "c", "a"]);
    });
  });

  it("R45 drops the mark of a row that was refused and taken later, and has no more to do", async () => {
    await runInDurableObject(stubOf(crypto.randomUUID()), (_room, { storage: { sql } }) => {
      migrateSchema(sql);
      const outbox = new OutboxStore(sql);
      const settle = () => {
        outbox.acknowledge(outbox.nextPending(1));
        outbox.deleteAcknowledged();
      };
      outbox.mark("document", "a", 1);
      settle();
      outbox.mark("document", "a", 2);
      outbox.refuse(outbox.nextPending(1));
      expect([outbox.hasPending, outbox.isEmpty]).toEqual([false, false]);
      outbox.acknowledge(outbox.nextRefused(1));
      outbox.deleteAcknowledged();
      expect(outbox.isEmpty).toBe(true);
      // Also for the one who wakes up and knows only what is stored.
      expect(new OutboxStore(sql).isEmpty).toBe(true);
    });
  });

  it("R45 tries again a row that changed while it was sent, and was refused then", async () => {
    await runInDurableObject(stubOf(crypto.randomUUID()), (_room, { storage: { sql } }) => {
      migrateSchema(sql);
      const outbox = new OutboxStore(sql);
      outbox.mark("document", "a", 1);
      const sent = outbox.nextPending(1);
      outbox.mark("document", "a", 2);
      outbox.acknowledge(sent);
      outbox.refuse(outbox.nextPending(1));
      const refused = [{ kind: "document", id: "a", seq: 2 }];
      expect(outbox.nextRefused(1)).toEqual(refused);
      outbox.deleteAcknowledged();
      expect(new OutboxStore(sql).nextRefused(1)).toEqual(refused);
    });
  });

  it("R45 tries first what was refused least often", async () => {
    await runInDurableObject(stubOf(crypto.randomUUID()), (_room, { storage: { sql } }) => {
      migrateSchema(sql);
      const outbox = new OutboxStore(sql);
      for (const [index, id] of ["a", "b"].entries()) outbox.mark("document", id, index + 1);
      outbox.refuse(outbox.nextPending(2));
      outbox.refuse(outbox.nextRefused(1));
      expect(outbox.nextRefused(2).map(({ id }) => id)).toEqual(["b", "a"]);
    });
  });

  it("R45 holds up nobody where nothing is being sent", async () => {
    const { stub } = await newDocument();
    await runInDurableObject(stub, async (_room, { storage }) => {
      const outbox = new OutboxRelay(new RoomStore(storage.sql), env.DB, storage, new Schedule(storage));
      // The test would time out before.
      await outbox.waitFor(1, 600_000);
    });
  });
});
