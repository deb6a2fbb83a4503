// @vitest-environment jsdom
import { createElement as h, type ReactNode } from "react";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import {
  Room,
  useAnnotate,
  useAnnotations,
  useDocument,
  useOthers,
  useStatus,
  useUnsaved,
  useUpdateMyPresence,
  type Annotate,
} from "../../../src/client/react/index.ts";
import { waitFor } from "../../e2e/support/wait-for.ts";
import { useService } from "../support/service.ts";
import { mount, renderAsInApplications } from "./dom.ts";

renderAsInApplications();
const service = useService();

/** Counts the sockets that the page opens. Node's own WebSocket does not know the `Event` of jsdom. */
class CountedSocket extends WebSocket {
  static readonly opened: CountedSocket[] = [];
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols);
    // Else it throws.
    this.on("error", () => {});
    CountedSocket.opened.push(this);
  }
  static get live(): number {
    return this.opened.filter(({ readyState }) => readyState === WebSocket.OPEN).length;
  }
}
const options = { WebSocket: CountedSocket as unknown as typeof globalThis.WebSocket };

interface Hands {
  annotate?: Annotate;
  updatePresence?: (state: Record<string, unknown>) => void;
  /** Every text that was shown. */
  shown: string[];
}

function Page({ hands }: { hands: Hands }) {
  hands.annotate = useAnnotate();
  hands.updatePresence = useUpdateMyPresence();
  const title = useDocument((document) => document?.title ?? "");
  const texts = useAnnotations((list) => list.map(({ text }) => text));
  const others = useOthers((list) => list.map(({ name, state }) => `${name} ${JSON.stringify(state)}`));
  const isSaved = useUnsaved((count) => count === 0);
  const state = useStatus((status) => status.state);
  const text = [title, texts, others, isSaved ? "saved" : "unsaved", state].join(" | ");
  hands.shown.push(texts.join());
  return h("p", null, text);
}

async function open(documentId: string, name: string) {
  const hands: Hands = { shown: [] };
  const node: ReactNode = h(
    Room,
    { url: service.url, documentId, name, actorId: name, ...options, fallback: "wait" },
    h(Page, { hands }),
  );
  const mounted = await mount(node);
  const until = async (text: string): Promise<void> => {
    await waitFor(`${name} to see ${text}`, () => mounted.text === text || undefined, 20_000).catch(
      (error: unknown) => {
        throw new Error(`${String(error)}: ${mounted.text}`);
      },
    );
  };
  return Object.assign(mounted, { hands, until });
}

describe("two people in React, and the real service", () => {
  it("see what the other does, keep it while the service is gone, and leave nothing open", async () => {
    const { id } = await service.api.createDocument({ title: "Shared" });
    const ann = await open(id, "Ann");
    const bob = await open(id, "Bob");
    await ann.until("Shared |  | Bob {} | saved | live");
    await bob.until("Shared |  | Ann {} | saved | live");

    const created = ann.hands.annotate?.create({ type: "point", geometry: { x: 1, y: 2 }, text: "one" });
    await bob.until("Shared | one | Ann {} | saved | live");
    bob.hands.annotate?.update(created?.id ?? "", { text: "two" });
    bob.hands.updatePresence?.({ cursor: 5 });
    await ann.until('Shared | two | Bob {"cursor":5} | saved | live');
    bob.hands.annotate?.undo();
    await ann.until('Shared | one | Bob {"cursor":5} | saved | live');
    expect(CountedSocket.opened).toHaveLength(2);

    await service.crash();
    await ann.until(`Shared | one | Bob {"cursor":5} | saved | offline`);
    ann.hands.annotate?.create({ type: "point", geometry: { x: 1, y: 2 }, text: "offline" });
    await ann.until(`Shared | one,offline | Bob {"cursor":5} | unsaved | offline`);
    ann.hands.shown.length = 0;
    await service.start();
    await bob.until("Shared | one,offline | Ann {} | saved | live");
    await ann.until('Shared | one,offline | Bob {"cursor":5} | saved | live');
    expect(new Set(ann.hands.shown)).toEqual(new Set(["one,offline"]));

    await ann.unmount();
    await bob.until("Shared | one,offline |  | saved | live");
    await bob.unmount();
    await waitFor("all sockets to be closed", () => CountedSocket.live === 0 || undefined);
  });

  it("sees another document when documentId changes", async () => {
    const [first, second] = [
      await service.api.createDocument({ title: "First" }),
      await service.api.createDocument({ title: "Second" }),
    ];
    const ann = await open(first.id, "Ann");
    await ann.until("First |  |  | saved | live");
    const before = CountedSocket.opened.length;
    const node = h(
      Room,
      {
        url: service.url,
        documentId: second.id,
        name: "Ann",
        actorId: "Ann",
        ...options,
        fallback: "wait",
      },
      h(Page, { hands: ann.hands }),
    );
    await ann.render(node);
    await ann.until("Second |  |  | saved | live");
    expect(CountedSocket.opened.length).toBe(before + 1);
    expect(CountedSocket.live).toBe(1);
  });
});
