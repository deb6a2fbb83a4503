import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { Link, type LinkOptions } from "../../src/client/link/link.ts";
import { TokenSource, type TokenOption } from "../../src/client/token-source.ts";
import type { ServerMessage } from "../../src/protocol/wire/down.ts";
import { FakeSocket } from "./support/fake-socket.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 26, 9) });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A link on fake connections. `live` is what a room does with a state. */
function makeLink(token?: TokenOption, more: Partial<LinkOptions> = {}) {
  const received: ServerMessage[] = [];
  const losses: number[] = [];
  const link = new Link({
    url: new URL("wss://acetate.example/ws/documents/d?name=Ann"),
    tokens: new TokenSource(token),
    enter: async () => {},
    since: () => null,
    receive: (messages) => received.push(...messages),
    lost: () => losses.push(Date.now()),
    WebSocket: FakeSocket.asClass(),
    ...more,
  });
  const goLive = async (): Promise<FakeSocket> => {
    await vi.advanceTimersByTimeAsync(0);
    FakeSocket.last.open();
    link.markLive();
    return FakeSocket.last;
  };
  return { link, received, losses, goLive };
}

/** A JWT, unsigned. */
function tokenOf(claims: object): string {
  return `e30.${btoa(JSON.stringify(claims))}.`;
}

function nowSeconds(): number {
  return Date.now() / 1000;
}

it("asks for life every 20 s, and connects again where there is none", async () => {
  const { link, losses, goLive } = makeLink();
  link.connect();
  const first = await goLive();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(first.sent).toEqual(["ping"]);
  first.tell("pong");
  await vi.advanceTimersByTimeAsync(20_000);
  expect(first.sent).toEqual(["ping", "ping"]);
  expect(losses).toEqual([]);
  await vi.advanceTimersByTimeAsync(19_999);
  expect(link.status.value.state).toBe("live");
  await vi.advanceTimersByTimeAsync(1);
  expect(losses).toHaveLength(1);
  expect(link.status.value).toMatchObject({ state: "offline", error: { code: "network" } });
  expect(link.status.value.retryAt).toBeLessThanOrEqual(Date.now() + 500);
  await vi.advanceTimersByTimeAsync(500);
  expect(FakeSocket.all).toHaveLength(2);
  link.close();
  expect(vi.getTimerCount()).toBe(0);
});

it("gives up a handshake that never ends", async () => {
  const { link } = makeLink();
  link.connect();
  await vi.advanceTimersByTimeAsync(14_999);
  expect(link.status.value.state).toBe("connecting");
  await vi.advanceTimersByTimeAsync(1);
  expect(link.status.value.state).toBe("offline");
  link.close();
});

it("waits longer after each failure, up to 30 s, and never as long as another client", async () => {
  vi.spyOn(Math, "random").mockReturnValue(1);
  const { link, goLive } = makeLink();
  link.connect();
  const pauses: number[] = [];
  for (let failures = 0; failures < 9; failures++) {
    await vi.advanceTimersByTimeAsync(0);
    FakeSocket.last.end(1006);
    const { retryAt } = link.status.value;
    pauses.push((retryAt ?? 0) - Date.now());
    await vi.advanceTimersByTimeAsync(pauses.at(-1) ?? 0);
  }
  expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  // Once live, it begins anew.
  (await goLive()).end(1006);
  expect(link.status.value.retryAt).toBe(Date.now() + 500);
  vi.restoreAllMocks();
  link.close();
});

it("notices within seconds that the machine has slept for an hour", async () => {
  const { link, losses, goLive } = makeLink();
  link.connect();
  const socket = await goLive();
  await vi.advanceTimersByTimeAsync(2_000);
  vi.setSystemTime(Date.now() + 3_600_000);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(socket.sent).toEqual(["ping"]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(losses).toHaveLength(1);
  link.close();
});

it("connects at once after an hour of sleep, or when the clock was set back", async () => {
  vi.spyOn(Math, "random").mockReturnValue(1);
  for (const jump of [3_600_000, -3_600_000]) {
    const { link } = makeLink();
    link.connect();
    for (let failures = 0; failures < 7; failures++) {
      await vi.advanceTimersByTimeAsync(30_000);
      FakeSocket.last.end(1006);
    }
    const count = FakeSocket.all.length;
    vi.setSystemTime(Date.now() + jump);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(FakeSocket.all).toHaveLength(count + 1);
    link.close();
  }
  vi.restoreAllMocks();
});

it("looks after the connection when the page is seen again, however often that happens", async () => {
  const { link, goLive } = makeLink();
  link.connect();
  const socket = await goLive();
  for (let second = 0; second < 5; second++) {
    link.check();
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(socket.sent).toEqual(["ping"]);
  expect(link.status.value.state).toBe("offline");
  link.check();
  expect(link.status.value.state).toBe("connecting");
  await goLive();
  link.goOffline();
  expect(link.status.value).toMatchObject({ state: "offline", error: { code: "network" } });
  link.close();
  link.check();
  link.goOffline();
  link.connect();
  expect(link.status.value.state).toBe("closed");
});

it("resumes by the highest seq, with the token of the moment", async () => {
  let seq: number | null = null;
  const tokens = ["one", "two"];
  const { link, goLive } = makeLink(() => tokens.shift() ?? null, { since: () => seq });
  link.connect();
  const first = await goLive();
  expect(first.url.search).toBe("?name=Ann&token=one");
  seq = 17;
  first.end(4401);
  await vi.advanceTimersByTimeAsync(500);
  expect(FakeSocket.last.url.search).toBe("?name=Ann&since=17&token=two");
  link.close();
});

it("stops where another try would end in the same way, and tries again when asked", async () => {
  for (const code of [4400, 4403, 4404, 4410, 4413]) {
    const { link, goLive } = makeLink();
    link.connect();
    const socket = await goLive();
    socket.tell({ type: "error", code: "forbidden_document", message: "Not yours", retryable: false });
    socket.end(code);
    expect(link.status.value).toMatchObject({
      state: "refused",
      error: { message: "Not yours" },
      retryAt: null,
    });
    expect(vi.getTimerCount()).toBe(0);
    link.connect();
    expect(link.status.value.state).toBe("connecting");
    link.close();
  }
});

it("stops at a fixed token that is refused", async () => {
  const { link, goLive } = makeLink("fixed");
  link.connect();
  (await goLive()).end(4401);
  expect(link.status.value.state).toBe("refused");
  link.close();
});

it("waits as long as the service says", async () => {
  const { link, goLive } = makeLink();
  link.connect();
  const socket = await goLive();
  socket.tell({ type: "error", code: "rate_limited", message: "Wait", retryable: true, retryAfterMs: 7_000 });
  socket.end(4429);
  expect(link.status.value).toMatchObject({ error: { code: "rate_limited" }, retryAt: Date.now() + 7_000 });
  await vi.advanceTimersByTimeAsync(6_999);
  expect(FakeSocket.all).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(FakeSocket.all).toHaveLength(2);
  link.close();
});

it("gets the next token while the present one is good, and keeps the connection until it is there", async () => {
  const first = tokenOf({ exp: nowSeconds() + 600 });
  const answers: (() => Promise<string>)[] = [
    async () => first,
    () => Promise.reject(new Error("the login server is down")),
    async () => tokenOf({ exp: nowSeconds() + 600 }),
  ];
  const { link, goLive } = makeLink(() =>
    (answers.shift() ?? (() => Promise.reject(new Error("no more"))))(),
  );
  link.connect();
  const socket = await goLive();
  for (let seconds = 0; seconds < 569; seconds += 10) {
    await vi.advanceTimersByTimeAsync(Math.min(10, 569 - seconds) * 1_000);
    socket.tell("pong");
  }
  expect(link.status.value.error).toBeNull();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(link.status.value).toMatchObject({ state: "live", error: { code: "token" } });
  expect(link.status.value.error?.message).toContain("the login server is down");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(FakeSocket.all).toHaveLength(2);
  expect(link.status.value).toMatchObject({ state: "live", error: null });
  expect(FakeSocket.last.url.searchParams.get("token")).not.toBe(first);
  link.close();
  expect(vi.getTimerCount()).toBe(0);
});

describe("a connection with the next token takes the place of the present one", () => {
  async function startReplacing() {
    const { link, goLive } = makeLink(async () => tokenOf({ exp: nowSeconds() + 60 }));
    const states: string[] = [];
    link.status.subscribe(({ state }) => states.push(state));
    link.connect();
    const first = await goLive();
    await vi.advanceTimersByTimeAsync(20_000);
    first.tell("pong");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(FakeSocket.all).toHaveLength(2);
    expect(first.readyState).toBe(3);
    return { link, states, goLive };
  }

  it("and the status stays live", async () => {
    const { link, states, goLive } = await startReplacing();
    await vi.advanceTimersByTimeAsync(3_000);
    FakeSocket.last.open();
    await vi.advanceTimersByTimeAsync(1_999);
    link.send(['"lost"']);
    const second = await goLive();
    link.send(['"sent"']);
    expect(second.sent).toEqual(['"sent"']);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(second.sent).toEqual(['"sent"', "ping"]);
    expect(states).toEqual(["connecting", "live"]);
    link.close();
  });

  it.each(["opens", "does not open"])("for 5 s, where it %s", async (how) => {
    const { link, states, goLive } = await startReplacing();
    if (how === "opens") FakeSocket.last.open();
    await vi.advanceTimersByTimeAsync(4_999);
    expect(states).toEqual(["connecting", "live"]);
    await vi.advanceTimersByTimeAsync(1);
    expect(states).toEqual(["connecting", "live", "connecting"]);
    if (how === "opens") await goLive();
    else await vi.advanceTimersByTimeAsync(15_000);
    expect(states.at(-1)).toBe(how === "opens" ? "live" : "offline");
    link.close();
  });

  it("unless it fails", async () => {
    const { link, states } = await startReplacing();
    FakeSocket.last.end(1006);
    expect(states).toEqual(["connecting", "live", "offline"]);
    link.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});

it("tells of a token function that fails or never answers, and asks it again", async () => {
  // The longest pauses, so that the third try is not there yet when this looks.
  const random = vi.spyOn(Math, "random").mockReturnValue(1);
  onTestFinished(() => random.mockRestore());
  let calls = 0;
  const { link } = makeLink(() => {
    if (calls++ === 0) throw new Error("not signed in");
    return new Promise<string>(() => {});
  });
  link.connect();
  await vi.advanceTimersByTimeAsync(0);
  expect(link.status.value).toMatchObject({ state: "offline", error: { code: "token" } });
  await vi.advanceTimersByTimeAsync(500 + 30_000);
  expect(link.status.value.error?.message).toContain("no answer within 30 s");
  expect(calls).toBe(2);
  link.close();
});

it("does not ask in a loop for tokens that live for seconds, or expired by this machine's clock", async () => {
  for (const life of [4, -3_600]) {
    let calls = 0;
    const { link, goLive } = makeLink(() => {
      calls++;
      return tokenOf({ exp: nowSeconds() + life });
    });
    link.connect();
    await goLive();
    await vi.advanceTimersByTimeAsync(1_900);
    expect(calls).toBe(1);
    link.close();
  }
});

it("reports what it has read after 256 Ki characters, and after a state", async () => {
  const { link, goLive } = makeLink(undefined, { since: () => 5 });
  link.connect();
  const socket = await goLive();
  const update = (length: number): ServerMessage => {
    return { type: "remote_update", seq: 5, deltaB64: "A".repeat(length), actorId: "" };
  };
  const empty = JSON.stringify(update(0)).length;
  socket.tell(update(0));
  expect(socket.sent).toEqual(['{"type":"received","seq":5}']);
  socket.tell(update(256 * 1024 - 1 - empty));
  expect(socket.sent).toHaveLength(1);
  socket.tell("pong", update(0));
  expect(socket.sent).toHaveLength(2);
  link.close();
});

it("sends frames of 1,000 messages and 4 Mi characters at most", async () => {
  const { link, goLive } = makeLink();
  link.connect();
  link.send(["lost: there is no connection"]);
  const socket = await goLive();
  link.send(Array.from({ length: 1_001 }, () => "1"));
  expect(socket.sent.map((frame) => [JSON.parse(frame)].flat().length)).toEqual([1_000, 1]);
  const half = JSON.stringify("x".repeat(2 * 1024 * 1024 - 2));
  link.send([half, half, half, JSON.stringify("x".repeat(5 * 1024 * 1024)), "1"]);
  expect(socket.sent.slice(2).map((frame) => [JSON.parse(frame)].flat().length)).toEqual([2, 1, 1, 1]);
  link.close();
});

it("leaves at the message that the document was deleted, before the close comes", async () => {
  const { link, received, losses, goLive } = makeLink();
  link.connect();
  const socket = await goLive();
  const document = { id: "d" } as Extract<ServerMessage, { type: "document.deleted" }>["document"];
  socket.tell({ type: "document.deleted", seq: 3, document });
  expect(received).toHaveLength(1);
  expect(losses).toHaveLength(1);
  expect(link.status.value).toMatchObject({ state: "refused", error: { code: "document_deleted" } });
  link.close();
});

it("comes back after a message that makes the room fail, and after a frame that is none", async () => {
  const { link, goLive } = makeLink(undefined, {
    receive: () => {
      throw new Error("a bug");
    },
  });
  link.connect();
  (await goLive()).tell({ type: "snapshot_ack", version: 1 });
  expect(link.status.value).toMatchObject({ state: "offline", error: { code: "internal" } });
  await vi.advanceTimersByTimeAsync(500);
  const socket = await goLive();
  socket.dispatchEvent(new MessageEvent("message", { data: "<html>" }));
  expect(link.status.value.state).toBe("offline");
  link.close();
});

it("ignores what belongs to an earlier connection", async () => {
  const { link, received, goLive } = makeLink();
  link.connect();
  const first = await goLive();
  link.connect();
  const second = await goLive();
  first.tell({ type: "snapshot_ack", version: 1 });
  first.end(4404);
  expect(received).toEqual([]);
  expect(link.status.value.state).toBe("live");
  second.tell({ type: "snapshot_ack", version: 2 });
  expect(received).toHaveLength(1);
  link.close();
});

it("stays offline after disconnect, whatever happens, until it is told to connect", async () => {
  const { link, losses, goLive } = makeLink();
  link.connect();
  const first = await goLive();
  link.disconnect();
  expect(first.readyState).toBe(WebSocket.CLOSED);
  expect(losses).toHaveLength(1);
  expect(link.status.value).toEqual({ state: "offline", error: null, retryAt: null });
  link.check();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(FakeSocket.all).toHaveLength(1);
  link.connect();
  await goLive();
  expect(FakeSocket.all).toHaveLength(2);
  link.close();
  link.disconnect();
  expect(link.status.value.state).toBe("closed");
});
