// @vitest-environment jsdom
import {
  act,
  Activity,
  createElement as h,
  lazy,
  StrictMode,
  Suspense,
  useEffect,
  useLayoutEffect,
  useState,
} from "react";
import { hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connect, type ConnectOptions } from "../../../src/client/connect.ts";
import {
  Room,
  useAnnotate,
  useAnnotations,
  useRoom,
  useStatus,
  useUpdateMyPresence,
} from "../../../src/client/react/index.ts";
import { DrivenRoom } from "../support/driven-room.ts";
import { change, mount } from "./dom.ts";

vi.mock(import("../../../src/client/connect.ts"), async (load) => ({ ...(await load()), connect: vi.fn() }));

interface Opened {
  room: DrivenRoom;
  documentId: string;
  options: ConnectOptions;
}
let opened: Opened[] = [];
beforeEach(() => {
  opened = [];
  vi.mocked(connect).mockImplementation((_url, documentId, options = {}) => {
    const room = new DrivenRoom();
    opened.push({ room, documentId, options });
    return room;
  });
});
afterEach(() => vi.restoreAllMocks());

const url = "https://acetate.example";
const target = { url, documentId: "a" };
const closed = (): number[] => opened.map(({ room }) => room.closed);
const firstRoom = (): DrivenRoom => {
  const [first] = opened;
  if (!first) throw new Error("no room was opened");
  return first.room;
};

function Count() {
  return h("p", null, `${useAnnotations().length} ${useStatus(({ state }) => state)}`);
}

describe("<Room>", () => {
  it("opens one room that lives under StrictMode, and closes it at its end", async () => {
    const mounted = await mount(h(Room, target, h(Count)));
    expect(closed()).toEqual([0]);
    await change(() => firstRoom().addPoints(1));
    expect(mounted.text).toBe("1 live");
    await mounted.unmount();
    expect(closed()).toEqual([1]);
  });

  it("opens nothing anew for inline tokens and addresses, and calls the latest token function", async () => {
    const node = (token: string) =>
      h(Room, { url: new URL(url), documentId: "a", token: () => token }, h(Count));
    const mounted = await mount(node("first"));
    await mounted.render(node("second"));
    expect(closed()).toEqual([0]);
    const { token } = opened[0]?.options ?? {};
    expect(typeof token === "function" && token()).toBe("second");
  });

  it("passes other options, and no token where there is none", async () => {
    await mount(h(Room, { ...target, name: "Ann", actorId: "ann", hidden: true }));
    expect(opened[0]?.options).toEqual({ name: "Ann", actorId: "ann", hidden: true });
  });

  it("takes a new text as token without losing the room", async () => {
    const mounted = await mount(h(Room, { ...target, token: "first" }));
    const reconnect = vi.spyOn(firstRoom(), "reconnect");
    const { token } = opened[0]?.options ?? {};
    if (typeof token !== "function") throw new Error("the room can't ask for another token");
    expect(token()).toBe("first");
    // It is asked again when the token expires soon.
    expect(() => token()).toThrow("give it another");
    await mounted.render(h(Room, { ...target, token: "second" }));
    expect(token()).toBe("second");
    expect(reconnect).not.toHaveBeenCalled();
    firstRoom().status.set({ ...firstRoom().status.value, state: "refused" });
    await mounted.render(h(Room, { ...target, token: "second" }));
    expect(reconnect).not.toHaveBeenCalled();
    await mounted.render(h(Room, { ...target, token: "third" }));
    expect(reconnect).toHaveBeenCalledOnce();
    expect(closed()).toEqual([0]);
  });

  it("closes the room and opens another one for another document", async () => {
    const mounted = await mount(h(Room, target, h(Count)));
    await change(() => firstRoom().addPoints(1, 2));
    await mounted.render(h(Room, { url, documentId: "b" }, h(Count)));
    expect(opened.map(({ documentId }) => documentId)).toEqual(["a", "b"]);
    expect(closed()).toEqual([1, 0]);
    expect(mounted.text).toBe("0 live");
    await change(() => firstRoom().addPoints(3));
    expect(mounted.text).toBe("0 live");
  });

  it("is open when the effects of its children run", async () => {
    const seen: number[] = [];
    function Eager() {
      const { create } = useAnnotate();
      const update = useUpdateMyPresence();
      useEffect(() => {
        update({ page: 1 });
        create({ type: "point", geometry: { x: 1, y: 1 } });
      }, [create, update]);
      seen.push(useAnnotations().length);
      return null;
    }
    await mount(h(Room, target, h(Eager)), { strict: false });
    expect(firstRoom().presence.value).toEqual({ page: 1 });
    expect(seen.at(-1)).toBe(1);
  });

  it("says so when somebody acts while it is not open", async () => {
    let message = "";
    function TooEarly() {
      const { create } = useAnnotate();
      useLayoutEffect(() => {
        try {
          create({ type: "point", geometry: { x: 1, y: 1 } });
        } catch (error) {
          message = String(error);
        }
      }, [create]);
      return null;
    }
    await mount(h(Room, target, h(TooEarly)), { strict: false });
    expect(message).toContain("The room is not open");
  });

  it("keeps the list and the room while a child loads code", async () => {
    let load: (module: { default: () => string }) => void = () => {};
    const Later = lazy(() => new Promise<{ default: () => string }>((resolve) => (load = resolve)));
    let open = (): void => {};
    function Page() {
      const [isOpen, setOpen] = useState(false);
      open = () => setOpen(true);
      return [h(Count, { key: 1 }), isOpen && h(Later, { key: 2 })];
    }
    const mounted = await mount(h(Suspense, { fallback: "loading" }, h(Room, target, h(Page))));
    await change(() => firstRoom().addPoints(1));
    await change(() => open());
    expect(mounted.text).toContain("loading");
    await act(async () => load({ default: () => "loaded" }));
    expect(mounted.text).toBe("1 liveloaded");
    expect(closed()).toEqual([0]);
  });

  it("closes the room while it is hidden, and opens it again", async () => {
    const page = (mode: "visible" | "hidden") => h(Activity, { mode, children: h(Room, target, h(Count)) });
    const mounted = await mount(page("visible"));
    await change(() => firstRoom().addPoints(1));
    await mounted.render(page("hidden"));
    expect(closed()).toEqual([1]);
    await mounted.render(page("visible"));
    expect(closed()).toEqual([1, 0]);
    await change(() => opened[1]?.room.addPoints(1, 2));
    expect(mounted.text).toBe("2 live");
  });

  it("keeps the list while it is offline", async () => {
    const mounted = await mount(h(Room, { ...target, fallback: "wait" }, h(Count)));
    await change(() => firstRoom().document.set({ ...someDocument }));
    await change(() => firstRoom().addPoints(1));
    for (const state of ["offline", "connecting", "live"] as const) {
      await change(() => firstRoom().status.set({ ...firstRoom().status.value, state }));
      expect(mounted.text).toBe(`1 ${state}`);
    }
  });

  it("shows the fallback until the document is known, with the hooks in it", async () => {
    const State = () => `wait: ${useStatus(({ state }) => state)}`;
    const mounted = await mount(h(Room, { ...target, fallback: h(State) }, h(Count)));
    expect(mounted.text).toBe("wait: live");
    await change(() => firstRoom().document.set({ ...someDocument }));
    expect(mounted.text).toBe("0 live");
  });
});

describe("on a server", () => {
  const tree = (fallback?: string) =>
    h(StrictMode, null, h(Room, { ...target, ...(fallback !== undefined && { fallback }) }, h(Count)));

  it("renders the children with empty lists, and opens nothing", () => {
    expect(renderToString(tree())).toBe("<p>0 connecting</p>");
    expect(renderToString(tree("wait"))).toBe("wait");
    expect(opened).toEqual([]);
  });

  it.each(["wait", undefined])("is hydrated without a mismatch, with the fallback %s", async (fallback) => {
    const container = document.body.appendChild(document.createElement("div"));
    container.innerHTML = renderToString(tree(fallback));
    const mismatches: unknown[] = [];
    const root = await change(() =>
      hydrateRoot(container, tree(fallback), { onRecoverableError: (error) => mismatches.push(error) }),
    );
    expect(closed()).toEqual([0]);
    await change(() => firstRoom().document.set({ ...someDocument }));
    expect(container.textContent).toBe("0 live");
    await change(() => root.unmount());
    expect([mismatches, closed()]).toEqual([[], [1]]);
  });

  it("a room that is open is hydrated as the server rendered it, then shown as it is", async () => {
    const room = new DrivenRoom();
    const seen: (string | null)[] = [];
    function Probe() {
      const count = useAnnotations().length;
      seen.push(`${count} ${useRoom() === null}`);
      return h("p", null, count);
    }
    const container = document.body.appendChild(document.createElement("div"));
    container.innerHTML = renderToString(h(Room, { room: new DrivenRoom() }, h(Probe)));
    room.addPoints(1);
    const mismatches: unknown[] = [];
    seen.length = 0;
    const root = await change(() =>
      hydrateRoot(container, h(Room, { room }, h(Probe)), {
        onRecoverableError: (error) => mismatches.push(error),
      }),
    );
    expect(seen).toEqual(["0 true", "1 false"]);
    expect([container.textContent, mismatches]).toEqual(["1", []]);
    await change(() => root.unmount());
  });
});

const someDocument = {
  id: "",
  title: "",
  status: "active" as const,
  version: 1,
  seq: 1,
  width: 1,
  height: 1,
  image: null,
  metadata: {},
  updated_by: null,
  updated_by_name: null,
  created_at: "",
  updated_at: "",
  deleted_at: null,
};
