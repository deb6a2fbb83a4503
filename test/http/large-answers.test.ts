import { describe, expect, it, vi } from "vitest";
import { LargeAnswers } from "../../src/http/answers/large-answers.ts";
import { LARGE_ANSWERS_MAX, LARGE_PIECES_AT_ONCE } from "../../src/http/answers/large-answers.ts";
import type { Version, VersionWithState } from "../../src/protocol/model/version.ts";
import { call, guarded, makeToken, postDocument, readProblem } from "../support/http.ts";

/** A version of `mebibytes` of annotations; the address to read it at. */
async function postLargeVersion(mebibytes: number): Promise<string> {
  const { id } = await postDocument();
  const operations = Array.from({ length: 110 }, () => ({
    op: "create",
    type: "point",
    geometry: { x: 1, y: 2 },
    text: "x".repeat(9_500),
  }));
  for (let i = 0; i < mebibytes; i++)
    await call("/v1/annotations/batch", { json: { document_id: id, operations } });
  const version = await (await call("/v1/versions", { json: { document_id: id } })).json<Version>();
  return `/v1/versions/${version.id}?document_id=${id}`;
}

describe("R54 a large answer", () => {
  it("comes as one JSON text, like a small one", async () => {
    const response = await call(await postLargeVersion(3));
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toBe("application/json");
    const { state } = await response.json<VersionWithState>();
    expect(state.annotations).toHaveLength(330);
    expect(state.crdt).toEqual({ snapshot_version: 0, snapshot_b64: null, updates: [] });
  });

  it(`is one of ${LARGE_ANSWERS_MAX} at most: over that 503, until one is through or given up`, async () => {
    const path = await postLargeVersion(3);
    const small = await postDocument();
    const unread = await Promise.all(Array.from({ length: LARGE_ANSWERS_MAX }, () => call(path)));
    expect(unread.map(({ status }) => status)).toEqual(unread.map(() => 200));
    const refused = await call(path);
    expect(refused.status).toBe(503);
    expect(refused.headers.get("Retry-After")).toBe("1");
    expect((await readProblem(refused)).code).toBe("unavailable");
    // What is small needs no place.
    expect((await call(`/v1/documents/${small.id}/changes`)).status).toBe(200);
    await unread[0]?.body?.cancel();
    const next = await call(path);
    expect(next.status).toBe(200);
    expect((await call(path)).status).toBe(503);
    expect((await next.text()).length).toBeGreaterThan(3 * 1024 * 1024);
    const last = await call(path);
    expect(last.status).toBe(200);
    for (const response of [...unread.slice(1), last]) await response.body?.cancel();
  });

  it("ends early where its reader took nothing for 30 s, and another one has its place", async () => {
    const path = await postLargeVersion(3);
    const unread = await Promise.all(Array.from({ length: LARGE_ANSWERS_MAX }, () => call(path)));
    expect((await call(path)).status).toBe(503);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 30_000 });
    try {
      const next = await call(path);
      expect(next.status).toBe(200);
      await next.body?.cancel();
      await expect(async () => {
        await unread[0]?.text();
      }).rejects.toThrow();
    } finally {
      vi.useRealTimers();
      for (const response of unread.slice(1)) await response.body?.cancel();
    }
  });

  it("ends early where the token is revoked, and another one has its place", async () => {
    const path = await postLargeVersion(3);
    const documentId = path.slice(path.indexOf("=") + 1);
    const token = await makeToken({ role: "viewer", doc: documentId, iat: Date.now() / 1000 - 60 });
    const response = await guarded(path, { token });
    expect(response.status).toBe(200);
    const admin = await makeToken({ doc: "*" });
    const revoked = await guarded(`/v1/tokens/revoke`, {
      token: admin,
      json: { document_id: documentId },
    });
    expect(revoked.status).toBeLessThan(300);
    await expect(async () => {
      await response.text();
    }).rejects.toThrow();
    const others = await Promise.all(Array.from({ length: LARGE_ANSWERS_MAX }, () => call(path)));
    expect(others.map(({ status }) => status)).toEqual(others.map(() => 200));
    for (const other of others) await other.body?.cancel();
  });
});

describe("the turns of large answers", () => {
  it("are a few at once, in the order in which they were asked for", async () => {
    const answers = new LargeAnswers({ lookEveryMs: 600_000 });
    let running = 0;
    let most = 0;
    const begun: number[] = [];
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        answers.inTurn(async () => {
          begun.push(index);
          most = Math.max(most, ++running);
          await scheduler.wait(1);
          running--;
        }),
      ),
    );
    expect(most).toBe(LARGE_PIECES_AT_ONCE);
    expect(begun).toEqual([...begun].sort((a, b) => a - b));
    expect(begun).toHaveLength(20);
  });

  it("are given back by what fails, and taken from what never ends", async () => {
    const answers = new LargeAnswers({ turnMaxMs: 50, lookEveryMs: 10 });
    for (let i = 0; i < LARGE_PIECES_AT_ONCE; i++) {
      await expect(async () => {
        await answers.inTurn(() => Promise.reject(new Error("failed")));
      }).rejects.toThrow("failed");
    }
    for (let i = 0; i < LARGE_PIECES_AT_ONCE; i++) void answers.inTurn(() => new Promise<never>(() => {}));
    expect(await answers.inTurn(() => Promise.resolve("served"))).toBe("served");
  });

  it("a reader that takes nothing loses its place to the next one", async () => {
    const answers = new LargeAnswers({ stalledMs: 50 });
    const places = Array.from({ length: LARGE_ANSWERS_MAX }, () => answers.enter());
    const [first, second] = places;
    if (!first || !second) throw new Error("There was no place");
    expect(answers.enter()).toBeNull();
    while (Date.now() - first.at < 60) {
      await scheduler.wait(10);
      expect(answers.goOn(second)).toBe(true);
    }
    expect(answers.enter()).not.toBeNull();
    expect(answers.goOn(first)).toBe(false);
    expect(answers.goOn(second)).toBe(true);
  });
});
