/*! @vitest-environment jsdom */
import { h, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { de } from "../../../src/annotator/words/de.ts";
import { en } from "../../../src/annotator/words/en.ts";
import { createClient } from "../../../src/client/rest/create-client.ts";
import { Documents } from "../../../src/page/documents/documents.tsx";
import { PageProvider } from "../../../src/page/page-context.ts";
import { FakeDocuments } from "./fake-documents.ts";

// All of a page is in sight in jsdom.
globalThis.IntersectionObserver ??= class implements IntersectionObserver {
  readonly root = null;
  readonly rootMargin = "";
  readonly scrollMargin = "";
  readonly thresholds = [];
  readonly #tell: IntersectionObserverCallback;
  constructor(tell: IntersectionObserverCallback) {
    this.#tell = tell;
  }
  observe(target: Element): void {
    const bounds = target.getBoundingClientRect();
    const seen = { boundingClientRect: bounds, intersectionRect: bounds, rootBounds: null, target, time: 0 };
    this.#tell([{ ...seen, isIntersecting: true, intersectionRatio: 1 }], this);
  }
  unobserve(): void {}
  disconnect(): void {}
  takeRecords = () => [];
};
let made = 0;
Object.assign(URL, { createObjectURL: () => `blob:${++made}`, revokeObjectURL: () => {} });
Object.assign(HTMLElement.prototype, { hidePopover() {} });

let service: FakeDocuments;
// The client loads its parts with the first request.
beforeAll(async () => {
  await createClient({ url: "https://acetate.example", fetch: new FakeDocuments().fetch }).documents.list();
});
beforeEach(() => {
  service = new FakeDocuments();
});
afterEach(() => localStorage.clear());

async function open(words = en): Promise<HTMLElement> {
  const client = createClient({ url: "https://acetate.example", fetch: service.fetch, tries: 1 });
  const host = document.body.appendChild(document.createElement("div"));
  const context = { client, token: null, words, language: words === de ? "de" : "en" };
  await act(() => render(h(PageProvider, { value: context, children: h(Documents, {}) }), host));
  onTestFinished(() => {
    render(null, host);
    host.remove();
  });
  await settle();
  return host;
}

/** Waits for the answers that are on their way, and what comes of them. */
const settle = (): Promise<void> => act(() => service.settle());

const titles = (host: HTMLElement): string[] =>
  [...host.querySelectorAll(".card h2")].map(({ textContent }) => textContent);
const find = (host: HTMLElement, selector: string): HTMLElement => {
  const found = host.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`There is no ${selector}`);
  return found;
};
const button = (host: HTMLElement, name: string): HTMLElement => {
  const found = [...host.querySelectorAll("button")].find(
    (each) => (each.getAttribute("aria-label") ?? each.textContent) === name,
  );
  if (!found) throw new Error(`There is no button ${name}`);
  return found;
};
const press = async (target: Element | null, key: string, more: KeyboardEventInit = {}): Promise<boolean> => {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  await act(() => void target?.dispatchEvent(event));
  await settle();
  return event.defaultPrevented;
};
const click = async (target: HTMLElement): Promise<void> => {
  await act(() => target.click());
  await settle();
};

describe("the list of pictures", () => {
  it("says why it can’t be read, and is read again on demand", async () => {
    service.add("Falls");
    service.failure = { status: 500, code: "internal", detail: "It broke." };
    const host = await open();
    expect(find(host, "[role=alert]").textContent).toContain("Something went wrong in the service.");
    service.failure = null;
    await click(button(host, "Try again"));
    expect(host.querySelector("[role=alert]")).toBeNull();
    expect(titles(host)).toEqual(["Falls"]);
  });

  it("offers the deleted ones where there are no others", async () => {
    const none = await open();
    expect(none.textContent).not.toContain("Show deleted pictures");

    service.add("Falls", { status: "deleted" });
    const host = await open();
    expect(titles(host)).toEqual([]);
    await click(button(host, "Show deleted pictures"));
    expect(titles(host)).toEqual(["Falls"]);
    expect(button(host, "Deleted").getAttribute("aria-pressed")).toBe("true");
    await click(button(host, "Deleted"));
    expect(button(host, "Show deleted pictures").isConnected).toBe(true);
  });

  it("says that the service is away, or that one needs a link", async () => {
    service.failure = "away";
    const host = await open();
    expect(find(host, "[role=alert]").textContent).toContain("The service can’t be reached.");
    for (const status of [401, 403]) {
      service.failure = { status, code: status === 401 ? "unauthorized" : "forbidden", detail: "No." };
      const shut = await open();
      expect(find(shut, "[role=alert]").textContent).toContain("You need a link to see pictures here.");
      expect(shut.querySelector("[role=alert] button")).toBeNull();
    }
  });

  it("is in the order that was chosen, and that order is kept", async () => {
    service.add("Bridge");
    service.add("Abbey");
    const host = await open();
    const order = find(host, "select");
    await act(() => {
      Object.assign(order, { value: "title" });
      order.dispatchEvent(new Event("change", { bubbles: true }));
    });
    await settle();
    expect(service.asked.at(-1)?.get("sort")).toBe("title");
    await open();
    expect(service.asked.at(-1)?.get("sort")).toBe("title");
  });

  it("shows deleted ones when that is wanted", async () => {
    service.add("Falls");
    service.add("Gone", { status: "deleted" });
    const host = await open();
    expect(titles(host)).toEqual(["Falls"]);
    await click(button(host, "Deleted"));
    expect(titles(host)).toEqual(["Gone", "Falls"]);
    expect(button(host, "Deleted").getAttribute("aria-pressed")).toBe("true");
    await click(button(host, "Deleted"));
    expect(titles(host)).toEqual(["Falls"]);
  });

  it("says when nothing is found, and shows all again", async () => {
    service.add("Falls");
    const host = await open();
    const field = find(host, "input[type=search]");
    await act(() => {
      Object.assign(field, { value: "nowhere" });
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    await expect
      .poll(async () => (await settle(), host.textContent))
      .toContain("No picture is called nowhere");
    await click(button(host, "Show all"));
    await expect.poll(async () => (await settle(), titles(host))).toEqual(["Falls"]);
  });

  it("shows more, each picture once, though one was added meanwhile", async () => {
    for (let index = 1; index <= 30; index++) service.add(`Picture ${index}`);
    const host = await open();
    expect(titles(host)).toHaveLength(24);
    await click(button(host, "Show 6 more"));
    expect(new Set(titles(host)).size).toBe(30);
    expect(host.querySelector(".paging button")).toBeNull();
  });

  it("follows what another window does, and keeps what was deleted here in its place", async () => {
    for (const title of ["C", "B", "A"]) service.add(title);
    const host = await open();
    await press(find(host, ".card:nth-child(2) a"), "Delete");
    expect(find(host, ".card:nth-child(2)").textContent).toContain("Deleted");
    service.add("New");
    const channel = new BroadcastChannel("acetate:documents");
    // eslint-disable-next-line unicorn/require-post-message-target-origin -- a channel has none
    channel.postMessage(null);
    await expect.poll(async () => (await settle(), titles(host))).toEqual(["New", "B", "A", "C"]);
    channel.close();
  });
});

describe("a card", () => {
  it("is gone through by arrow keys, Home and End; up and down by its place", async () => {
    for (const title of ["E", "D", "C", "B", "A"]) service.add(title);
    const host = await open();
    // Three in a row: A B C, then D E.
    const cards = [...host.querySelectorAll<HTMLElement>(".card")];
    for (const [index, card] of cards.entries()) {
      Object.defineProperty(card, "offsetTop", { value: Math.floor(index / 3) * 100 });
      Object.defineProperty(card, "offsetLeft", { value: (index % 3) * 100 });
    }
    find(host, ".card a").focus();
    const visited: string[] = [];
    for (const key of [
      "ArrowRight",
      "ArrowRight",
      "ArrowDown",
      "ArrowUp",
      "ArrowDown",
      "ArrowLeft",
      "ArrowUp",
      "End",
      "Home",
    ]) {
      await press(document.activeElement, key);
      visited.push(document.activeElement?.textContent ?? "");
    }
    expect(visited).toEqual(["B", "C", "E", "B", "E", "D", "A", "E", "A"]);
    expect(await press(document.activeElement, "ArrowLeft")).toBe(false);
    expect(await press(document.activeElement, "ArrowRight", { ctrlKey: true })).toBe(false);
    expect(document.activeElement?.textContent).toBe("A");
    find(host, "ul.grid").style.direction = "rtl";
    await press(document.activeElement, "ArrowLeft");
    expect(document.activeElement?.textContent).toBe("B");
    await press(document.activeElement, "ArrowRight");
    expect(document.activeElement?.textContent).toBe("A");
  });

  it("is deleted by Delete and restored; the focus stays with it", async () => {
    service.add("Falls");
    const host = await open();
    const link = find(host, ".card a");
    expect(await press(link, "Delete", { shiftKey: true })).toBe(false);
    link.focus();
    await press(link, "Delete");
    expect(service.documents[0]?.status).toBe("deleted");
    expect(document.activeElement?.textContent).toBe("Restore");
    await click(button(host, "Restore Falls"));
    expect(service.documents[0]?.status).toBe("active");
    expect(document.activeElement?.textContent).toBe("Falls");
  });

  it("stays as it was when it can’t be deleted, and says why", async () => {
    service.add("Falls");
    const host = await open();
    service.failure = { status: 503, code: "unavailable", detail: "Later." };
    await press(find(host, ".card a"), "Delete");
    expect(find(host, "[role=alert]").textContent).toContain("The service is busy.");
    expect(find(host, ".card").textContent).not.toContain("Deleted");
  });

  it("has a menu whose entries arrow keys go through, round and round", async () => {
    service.add("Falls");
    const host = await open();
    const menu = find(host, ".card [role=menu]");
    await act(() => void menu.dispatchEvent(Object.assign(new Event("toggle"), { newState: "open" })));
    const visited = [document.activeElement?.textContent];
    for (const key of ["ArrowDown", "ArrowDown", "ArrowUp", "Home", "End"]) {
      await press(document.activeElement, key);
      visited.push(document.activeElement?.textContent);
    }
    expect(visited).toEqual(["RenameF2", "DeleteDel", "RenameF2", "DeleteDel", "RenameF2", "DeleteDel"]);
    expect(await press(document.activeElement, "x")).toBe(false);
    await click([...menu.querySelectorAll("button")][1] ?? menu);
    expect(service.documents[0]?.status).toBe("deleted");
  });

  it("tells how many marks, open comments and people there are", async () => {
    const numbers = { annotation_count: 1_234, open_thread_count: 1, contributor_count: 2 };
    service.add("Falls", numbers);
    service.add("Empty", { annotation_count: 0 });
    service.add("One", { annotation_count: 1, contributor_count: 1 });
    const host = await open();
    const [one, empty, falls] = [...host.querySelectorAll(".caption p")].map(
      ({ textContent }) => textContent,
    );
    expect(falls).toContain("1,234 marks");
    expect(falls).toContain("1 open comment");
    expect(falls).toContain("2 people");
    expect(empty).toContain("No marks");
    expect(one).toContain("1 mark ·");
    expect(one).not.toContain("people");
    const german = await open(de);
    expect(german.textContent).toContain("1.234 Marken");
  });
});

describe("the picture of a card", () => {
  const image = {
    sha256: "ab".repeat(32),
    content_type: "image/jpeg" as const,
    bytes: 9,
    width: 400,
    height: 300,
    url: "/image",
  };
  const shown = (host: HTMLElement): (string | null)[] =>
    [...host.querySelectorAll(".thumb img")].map((each) => each.getAttribute("class"));

  it("is the document’s, with its marks on a layer of their own", async () => {
    service.add("Falls", { image, annotation_count: 2 });
    const host = await open();
    await expect.poll(async () => (await settle(), shown(host))).toEqual([null, "overlay"]);
    const [picture, marks] = service.pictures.toSorted((a, b) => a.pathname.localeCompare(b.pathname));
    expect(picture?.pathname).toMatch(/\/image$/);
    expect(picture?.searchParams.get("sha256")).toBe(image.sha256);
    expect(marks?.pathname).toMatch(/\/thumbnail/);
    expect(marks?.searchParams.get("layer")).toBe("annotations");
  });

  it("is paper in its proportions where there is none, and nothing is asked for", async () => {
    service.add("Sheet");
    const host = await open();
    expect(find(host, ".paper").style.aspectRatio).toMatch(/^1\.5/);
    expect(service.pictures).toEqual([]);
  });

  it("is not asked for where the document was deleted before", async () => {
    service.add("Gone", { image, annotation_count: 2, status: "deleted" });
    service.add("Other", { image });
    const host = await open();
    await click(button(host, "Deleted"));
    expect(titles(host)).toEqual(["Other", "Gone"]);
    await expect.poll(async () => (await settle(), shown(host))).toEqual([null]);
    expect(service.pictures.map(({ pathname }) => pathname)).toEqual([
      `/v1/documents/${service.documents[0]?.id}/image`,
    ]);
  });

  it("stays as it was when the document is deleted here", async () => {
    service.add("Falls", { image, annotation_count: 2 });
    const host = await open();
    await expect.poll(async () => (await settle(), shown(host))).toHaveLength(2);
    await press(find(host, ".card a"), "Delete");
    expect(find(host, ".card").textContent).toContain("Deleted");
    expect(shown(host)).toHaveLength(2);
  });
});

describe("the page of the list", () => {
  it("goes to the search by /", async () => {
    service.add("Falls");
    const host = await open();
    expect(await press(document.body, "/")).toBe(true);
    expect(document.activeElement).toBe(find(host, "input[type=search]"));
    expect(await press(document.activeElement, "/")).toBe(false);
  });

  it("shows that files are dragged over it, and how many, but not for what is its own", async () => {
    const host = await open();
    const drag = async (name: string, more: object = {}): Promise<void> => {
      await act(() => void window.dispatchEvent(Object.assign(new Event(name, { cancelable: true }), more)));
    };
    const transfer = (...types: string[]) => ({
      dataTransfer: {
        types: ["Files"],
        items: types.map((type) => ({ type, kind: "file" })),
        dropEffect: "copy",
      },
    });
    await drag("dragover", transfer("image/png", "image/jpeg"));
    expect(find(host, ".drop").textContent).toContain("Drop to add 2 pictures");
    await drag("dragover", transfer("image/png", ""));
    expect(find(host, ".drop").textContent).toContain("Drop to add the pictures");
    await drag("dragleave", { relatedTarget: document.body });
    expect(host.querySelector(".drop")).not.toBeNull();
    await drag("dragleave", { relatedTarget: null });
    expect(host.querySelector(".drop")).toBeNull();
    await drag("dragstart");
    const own = transfer("image/png");
    await drag("dragover", own);
    expect(host.querySelector(".drop")).toBeNull();
    expect(own.dataTransfer.dropEffect).toBe("none");
    await drag("drop", own);
    expect(host.textContent).not.toContain("That is a link or a text");
    await drag("dragend");
    await drag("drop", { dataTransfer: { types: ["text/plain"], items: [] } });
    expect(host.textContent).toContain("That is a link or a text.");
  });
});
