import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { listDocuments } from "../../src/catalog/list-documents.ts";
import { type TestSocket, box, connect, good, newDocument, open, type stubOf } from "../support/room.ts";
import { wakeRoom } from "../support/wake-room.ts";

/** What went wrong is told to the log, and here to nobody else. */
const logged = vi.fn();

beforeEach(() => {
  logged.mockClear();
  vi.spyOn(console, "error").mockImplementation(logged);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Lets a method of a client's socket throw, at the room's end. */
async function breakSocket(
  stub: ReturnType<typeof stubOf>,
  actorId: string,
  method: "send" | "serializeAttachment",
): Promise<void> {
  const broken = await runInDurableObject(stub, async (_room, state) => {
    const sockets = state.getWebSockets().filter((socket) => {
      const attachment: unknown = socket.deserializeAttachment();
      return JSON.stringify(attachment).includes(`"actorId":"${actorId}"`);
    });
    for (const socket of sockets) {
      const works = socket[method].bind(socket) as (input: unknown) => void;
      Object.defineProperty(socket, method, {
        value(input: unknown) {
          if (input !== null) throw new Error(`${method} is broken`);
          works(input);
        },
      });
    }
    return sockets.length;
  });
  expect(broken).toBe(1);
}

/** Lets messages that match throw when they are written, until it is mended. */
function breakMessage(matches: (message: Record<string, unknown>) => boolean): { mend: () => void } {
  const stringify = JSON.stringify.bind(JSON);
  const broken = vi.spyOn(JSON, "stringify").mockImplementation((value: unknown, ...rest: unknown[]) => {
    if (typeof value === "object" && value !== null && matches(value as Record<string, unknown>)) {
      throw new Error("This can't be written");
    }
    return stringify(value, ...(rest as []));
  });
  return { mend: () => broken.mockRestore() };
}

async function codeOf(socket: TestSocket): Promise<number | undefined> {
  await socket.until(() => socket.closed !== null, "the close");
  return socket.closed?.code;
}

async function connectAll(id: string, ...names: string[]): Promise<TestSocket[]> {
  const sockets: TestSocket[] = [];
  for (const actorId of names) sockets.push(await connect(id, { actorId }));
  for (const socket of sockets) await socket.next("state");
  return sockets;
}

/** The title that the lists over all documents have. */
async function listed(id: string): Promise<string | undefined> {
  const { items } = await listDocuments(env.DB, { includeDeleted: false }, { page: 1, size: 100 });
  return items.find((document) => document.id === id)?.title;
}

describe("what goes wrong for one", () => {
  it("R24 R52 in a revert ends that one, and everyone else starts over", async () => {
    const { id, room, stub } = await newDocument("Before");
    const [first, broken, last] = await connectAll(id, "first", "broken", "last");
    const version = good(await room.createVersion(open, {}, {}));
    good(await room.updateDocument(open, { title: "After" }, {}));
    await breakSocket(stub, "broken", "serializeAttachment");
    good(await room.revertVersion(open, version.id, { opId: "revert" }));
    for (const socket of [first, last]) {
      await socket?.next("reset");
      expect(await socket?.next("state")).toMatchObject({ version: 5, document: { title: "Before" } });
    }
    expect(broken && (await codeOf(broken))).toBe(1011);
    expect(await listed(id)).toBe("Before");
    expect(logged).toHaveBeenCalledOnce();
    // The others hear that it is gone.
    await last?.until(() => last.messages.some((each) => each.type === "presence" && each.event === "leave"));
  });

  it("R3 R52 in a broadcast ends that one, which resumes where it was", async () => {
    const { id, stub } = await newDocument();
    const [writer, broken, last] = await connectAll(id, "writer", "broken", "last");
    await breakSocket(stub, "broken", "send");
    writer?.update("u", "x", 1);
    expect(await writer?.next("ack")).toMatchObject({ seq: 2 });
    expect(await last?.next("remote_update")).toMatchObject({ seq: 2 });
    expect(broken && (await codeOf(broken))).toBe(1011);
    expect(logged).toHaveBeenCalledOnce();
    const back = await connect(id, { since: 1 });
    expect(await back.next("state")).toMatchObject({ resumed: true, updates: [{ seq: 2 }] });
  });

  it("R52 in a broadcast to a socket that is gone is nothing to log", async () => {
    const { id, stub } = await newDocument();
    await connectAll(id, "first", "gone");
    await runInDurableObject(stub, (_room, state) => {
      const { hub } = wakeRoom(state);
      const gone = [...hub.connections].find(({ actorId }) => actorId === "gone");
      gone?.socket.close();
      hub.broadcast({ type: "reset", seq: 1, crdtChanged: false });
      hub.endEvent();
      expect([...hub.connections].map(({ actorId }) => actorId)).toEqual(["first"]);
    });
    expect(logged).not.toHaveBeenCalled();
  });

  it("R13 R52 in a message of a frame is answered, and those after it have their turn", async () => {
    const { id, stub } = await newDocument();
    const [writer, other] = await connectAll(id, "writer", "other");
    await breakSocket(stub, "writer", "serializeAttachment");
    const update = (opId: string) => ({ type: "update" as const, opId, baseVersion: 1, deltaB64: "AA==" });
    writer?.send([update("a"), { type: "presence", state: { x: 1 } }, update("b")]);
    expect(await writer?.next("ack")).toMatchObject({ opId: "a", seq: 2 });
    const answers = () => writer?.messages.filter(({ type }) => type === "ack" || type === "error") ?? [];
    await writer?.until(() => answers().length === 3, "three answers");
    expect(answers()).toContainEqual({
      type: "error",
      code: "internal",
      message: "Something went wrong here: send it again",
      retryable: true,
    });
    expect(answers()).toContainEqual({ type: "ack", opId: "b", seq: 3 });
    await other?.until(() => other.ordered().at(-1) === 3, "both updates");
    // What could not be kept is not shown.
    expect((await (await connect(id)).next("state")).presence).toMatchObject([{ state: {} }, {}, {}]);
  });

  it("R52 in an ack ends its sender, and no other change of the same commit is held up", async () => {
    const { id } = await newDocument();
    const [sender, other] = await connectAll(id, "sender", "other");
    const acks = breakMessage((message) => message["type"] === "ack" && message["opId"] === "broken");
    const update = (opId: string) => ({ type: "update" as const, opId, baseVersion: 1, deltaB64: "AA==" });
    other?.send([update("first"), update("second")]);
    sender?.send([update("broken")]);
    other?.send([update("third")]);
    expect(sender && (await codeOf(sender))).toBe(1011);
    await other?.until(() => other.ordered().length === 4, "all four");
    expect(other?.ordered()).toEqual([2, 3, 4, 5]);
    acks.mend();
    const back = await connect(id);
    back.send([update("broken")]);
    expect(await back.next("ack")).toMatchObject({ duplicate: true });
  });

  it("R14 R52 in a state ends that one, and lets the next ones in", async () => {
    const { id } = await newDocument();
    let states = 0;
    breakMessage((message) => message["type"] === "state" && ++states === 2);
    const sockets = [await connect(id), await connect(id), await connect(id)];
    expect(sockets[1] && (await codeOf(sockets[1]))).toBe(1011);
    expect(sockets[1]?.messages).toEqual([]);
    const { presence } = (await sockets[2]?.next("state")) ?? {};
    expect(presence).toHaveLength(2);
    await sockets[0]?.until(() => sockets[0]?.messages.length === 2, "the one who joined");
    expect(sockets[0]?.messages).toMatchObject([{ type: "state" }, { type: "presence", event: "join" }]);
  });

  it("R26 R52 where it is hidden for its silence, the others are hidden all the same", async () => {
    const { id, stub } = await newDocument();
    const watcher = await connect(id, { presence: "hidden" });
    const [broken, quiet] = await connectAll(id, "broken", "quiet");
    await breakSocket(stub, "broken", "serializeAttachment");
    await new Promise((resolve) => setTimeout(resolve, Number(env.PRESENCE_TIMEOUT_MS) + 100));
    await runDurableObjectAlarm(stub);
    const left = () =>
      watcher.messages.flatMap((each) =>
        each.type === "presence" && each.event === "leave" ? [[each.actorId, each.reason]] : [],
      );
    await watcher.until(() => left().length === 2, "both leave");
    expect(left()).toEqual([
      ["broken", undefined],
      ["quiet", "idle"],
    ]);
    expect(broken && (await codeOf(broken))).toBe(1011);
    expect(quiet?.closed).toBeNull();
  });
});

describe("what goes wrong for everyone", () => {
  it("R2 R45 R52 the change is kept and answered, the lists hear of it, and every client resumes", async () => {
    const { id, room } = await newDocument("Before");
    const sockets = await connectAll(id, "ann", "bob");
    const events = breakMessage((message) => message["type"] === "document.updated");
    good(await room.updateDocument(open, { title: "After" }, {}));
    for (const socket of sockets) expect(await codeOf(socket)).toBe(1011);
    expect(await listed(id)).toBe("After");
    events.mend();
    good(await room.createAnnotation(open, box, {}));
    const back = await connect(id, { since: 1 });
    expect(await back.next("state")).toMatchObject({
      resumed: true,
      events: [{ type: "document.updated" }, { type: "annotation.created" }],
    });
  });
});
