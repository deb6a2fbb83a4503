import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config.ts";
import { RateLimiter } from "../../src/http/rate-limiter.ts";
import { toNetwork } from "../../src/http/middleware/rate-limit.ts";
import { ADDRESS_SUBJECTS } from "../../src/http/middleware/rate-limit.ts";
import { REQUESTS_BURST_SECONDS } from "../../src/http/rate-limiter.ts";
import { makeToken, postDocument, readProblem, readRefusal, SECRET, service } from "../support/http.ts";

/** A service of a rate that no other test has: they all count in the same isolate. */
const limited = (rate: number) => service({ REQUESTS_PER_SECOND: String(rate) });
const limitedGuarded = (rate: number) => service({ REQUESTS_PER_SECOND: String(rate), AUTH_SECRET: SECRET });

/** Sends until it is refused: as many as the burst, and what the time that it takes allows. */
async function sendUntilRefused(send: (index: number) => Promise<Response>, rate: number): Promise<Response> {
  const began = Date.now();
  for (let sent = 0; ; sent++) {
    const response = await send(sent);
    if (response.status === 429) {
      expect(sent).toBeGreaterThanOrEqual(rate * REQUESTS_BURST_SECONDS);
      return response;
    }
    await response.body?.cancel();
    const seconds = (Date.now() - began) / 1000;
    expect(sent).toBeLessThanOrEqual(rate * (REQUESTS_BURST_SECONDS + seconds) + 1);
  }
}

describe("R60 too many requests", () => {
  it("of this machine are refused where no token is needed, whatever they say of themselves", async () => {
    const send = limited(1);
    const response = await sendUntilRefused(
      (index) =>
        send("/openapi.json", {
          headers: { "CF-Connecting-IP": `192.0.2.${index}`, Authorization: `Bearer ${index}` },
        }),
      1,
    );
    expect(Number(response.headers.get("Retry-After"))).toBeGreaterThanOrEqual(1);
    const problem = await readProblem(response);
    expect([problem.code, problem.detail]).toEqual(["rate_limited", expect.stringContaining("wait")]);
    // Every route counts, health among them.
    expect((await send("/v1/health")).status).toBe(429);
    expect((await send("/nothing")).status).toBe(429);
  });

  it("of a subject are refused, whichever of its tokens they show; others go on", async () => {
    const send = limitedGuarded(2);
    const list = async (sub: string) =>
      send("/v1/documents?size=1", { token: await makeToken({ sub, exp: Date.now() / 1000 + 600 }) });
    await sendUntilRefused(() => list("ana"), 2);
    expect((await list("ben")).status).toBe(200);
  });

  it("of an address are refused, however many subjects they are of; other addresses go on", async () => {
    const send = limitedGuarded(3);
    const token = await Promise.all(
      Array.from({ length: 40 }, (_, index) => makeToken({ sub: `subject ${index}` })),
    );
    // Past the door, and refused there: no database is asked three hundred times.
    const from = (address: string) => (index: number) =>
      send("/v1/documents?size=0", {
        token: token[index % token.length] ?? "",
        headers: { "CF-Connecting-IP": address },
      });
    await sendUntilRefused(from("192.0.2.1"), 3 * ADDRESS_SUBJECTS);
    expect((await from("192.0.2.2")(0)).status).toBe(400);
  });

  it("without a token are an address's own; its subjects go on", async () => {
    const send = limitedGuarded(4);
    const headers = { "CF-Connecting-IP": "2001:db8:0:1::1" };
    await sendUntilRefused(() => send("/v1/documents", { headers }), 4);
    const neighbour = { "CF-Connecting-IP": "2001:db8:0:1:ffff::2" };
    expect((await send("/v1/documents", { headers: neighbour })).status).toBe(429);
    expect((await send("/v1/documents", { headers, token: await makeToken() })).status).toBe(200);
  });

  it("R31 are told to a socket over the socket", async () => {
    const { id } = await postDocument();
    const send = limited(5);
    await sendUntilRefused(() => send("/openapi.json"), 5);
    const socket = await send(`/ws/documents/${id}`, { headers: { Upgrade: "websocket" } });
    expect(await readRefusal(socket)).toEqual({ code: "rate_limited", close: 4429 });
  });

  it("are 2,000 a second unless REQUESTS_PER_SECOND says otherwise, which must be a number", async () => {
    expect(readConfig({ ...env }).REQUESTS_PER_SECOND).toBe(2_000);
    const problem = await readProblem(await service({ REQUESTS_PER_SECOND: "0" })("/openapi.json"));
    expect(problem.detail).toContain("REQUESTS_PER_SECOND");
  });
});

describe("RateLimiter", () => {
  it("gives back with time, up to the burst", () => {
    const limiter = new RateLimiter();
    const take = (now: number) => limiter.take("ana", 1, now);
    for (let sent = 0; sent < REQUESTS_BURST_SECONDS; sent++) expect(take(0)).toBe(0);
    expect(take(0)).toBe(1_000);
    expect(take(600)).toBe(400);
    expect(take(1_000)).toBe(0);
    for (let sent = 0; sent < REQUESTS_BURST_SECONDS; sent++) expect(take(1_000_000)).toBe(0);
    expect(take(1_000_000)).toBe(1_000);
  });

  it("counts a bounded number, and forgets the one heard of least lately", () => {
    const limiter = new RateLimiter({ max: 3 });
    const spend = (who: string) => {
      while (limiter.take(who, 1, 0) === 0);
    };
    for (const who of ["ana", "ben", "cem", "ana", "dia"]) spend(who);
    expect(limiter.size).toBe(3);
    expect(limiter.take("ana", 1, 0)).toBe(1_000);
    expect(limiter.take("ben", 1, 0)).toBe(0);
  });
});

describe("toNetwork", () => {
  it.each([
    ["2001:db8:0:1::1", "2001:db8:0:1"],
    ["2001:DB8:0:01:2:3:4:5", "2001:db8:0:1"],
    ["2001:db8::1", "2001:db8:0:0"],
    ["::1", "0:0:0:0"],
    ["fe80::", "fe80:0:0:0"],
    ["::", "0:0:0:0"],
    ["1:2:3:4:5:6:7::", "1:2:3:4"],
  ])("of %s is %s", (address, network) => {
    expect(toNetwork(address)).toBe(network);
  });
});
