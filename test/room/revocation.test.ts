import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { RoomApi } from "../../src/room/room-api.ts";
import { nextMinIat } from "../../src/room/access.ts";
import { claims, connect, good, newDocument, open } from "../support/room.ts";

/** What the catalog knows of a document's revocation. */
async function projected(documentId: string): Promise<number | undefined> {
  const row = await env.DB.prepare("SELECT min_iat FROM revocations WHERE document_id = ?")
    .bind(documentId)
    .first<{ min_iat: number }>();
  return row?.min_iat;
}

/** Wakes the object up anew, with everything due. */
async function fireAlarm(stub: DurableObjectStub): Promise<void> {
  await runInDurableObject(stub, (_room, { storage }) => storage.sql.exec("UPDATE due SET at = 0"));
  await evictDurableObject(stub);
  await runInDurableObject(stub, (_room, { storage }) => storage.setAlarm(Date.now() + 60_000));
  await runDurableObjectAlarm(stub);
}

async function isLetIn(room: RoomApi, iat: number): Promise<boolean> {
  return (await room.getDocument(claims({ iat }), false)).ok;
}

describe("R59 a revocation", () => {
  it("refuses every token that was issued before it, in the same millisecond, too", async () => {
    const { room } = await newDocument();
    for (let round = 0; round < 20; round++) {
      // Neither waits for the other: the room takes them in this order.
      const [before, revoked, after] = await Promise.all([
        room.issueToken(open, "viewer"),
        room.revokeTokens(open),
        room.issueToken(open, "viewer"),
      ]);
      expect(await isLetIn(room, good(before))).toBe(false);
      expect(good(after)).toBe(good(revoked));
      expect(await isLetIn(room, good(after))).toBe(true);
    }
  });

  it("is later than any token before it, whatever the clock says", () => {
    expect(nextMinIat(0, 1_000)).toBe(2);
    expect(nextMinIat(1.5, 1_000)).toBe(2);
    expect(nextMinIat(2, 1_000)).toBe(2.001);
    expect(nextMinIat(9, 1_000)).toBe(9.001);
  });

  it("refuses tokens of signers that round whole seconds up", async () => {
    const { room } = await newDocument();
    const iat = Math.floor(Date.now() / 1000) + 1;
    good(await room.revokeTokens(open));
    expect(await isLetIn(room, iat)).toBe(false);
  });

  it("lets nobody mint whose own token it refuses", async () => {
    const { room } = await newDocument();
    const caller = claims({ role: "admin" });
    expect((await room.issueToken(caller, "admin")).ok).toBe(true);
    good(await room.revokeTokens(open));
    for (const refused of [await room.issueToken(caller, "viewer"), await room.revokeTokens(caller)]) {
      expect(refused).toMatchObject({ error: { code: "token_revoked" } });
    }
  });

  it("R45 is in the catalog when it answers, the latest one", async () => {
    const { id, room } = await newDocument();
    expect(await projected(id)).toBeUndefined();
    expect(good(await room.revokeTokens(open))).toBe(await projected(id));
    const revoked = await Promise.all([room.revokeTokens(open), room.revokeTokens(open)]);
    expect(await projected(id)).toBe(Math.max(...revoked.map(good)));
  });

  it("R45 is brought to the catalog by the alarm where D1 fails", async () => {
    const { id, room, stub } = await newDocument();
    await env.DB.prepare("ALTER TABLE revocations RENAME TO revocations_away").run();
    const minIat = good(await room.revokeTokens(open));
    await env.DB.prepare("ALTER TABLE revocations_away RENAME TO revocations").run();
    await fireAlarm(stub);
    expect(await projected(id)).toBe(minIat);
  });

  it("R47 that an older service made reaches the catalog when the document wakes up", async () => {
    const { id, room, stub } = await newDocument();
    await runInDurableObject(stub, (_room, { storage }) => {
      storage.sql.exec("INSERT INTO meta (key, value) VALUES ('min_iat', 1000.5)");
    });
    await evictDurableObject(stub);
    expect(await isLetIn(room, 1000)).toBe(false);
    await fireAlarm(stub);
    expect(await projected(id)).toBe(1000.5);
  });

  it("R46 holds for who asks to make the document again", async () => {
    const { id, room } = await newDocument("A sheet");
    const input = { id, title: "A sheet", metadata: {} };
    const caller = claims({ role: "admin" });
    expect((await room.createDocument(caller, input, {})).ok).toBe(true);
    good(await room.revokeTokens(open));
    expect(await room.createDocument(caller, input, {})).toMatchObject({ error: { code: "token_revoked" } });
  });

  it("ends the sockets whose tokens it refuses, and says why", async () => {
    const { id, room } = await newDocument();
    const [refused, free] = [await connect(id, { access: claims({}) }), await connect(id)];
    good(await room.revokeTokens(open));
    expect(await refused.next("error")).toMatchObject({ code: "token_revoked" });
    await refused.until(() => refused.closed !== null);
    expect(refused.closed?.code).toBe(4401);
    expect(free.closed).toBeNull();
  });
});
