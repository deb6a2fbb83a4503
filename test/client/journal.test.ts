import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Journal, JOURNAL_CHARACTERS } from "../../src/client/outbox/journal.ts";
import type { StoredOperation } from "../../src/client/outbox/operation.ts";
import { FakeStorage } from "./support/fake-storage.ts";

let storage: FakeStorage;
beforeEach(() => {
  storage = new FakeStorage();
  vi.stubGlobal("localStorage", storage);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

function operation(opId: string, revision = 1, deltaB64 = "AQID"): StoredOperation {
  const message = { type: "update", opId, baseVersion: 1, deltaB64 } as const;
  return { opId, scope: "scope", owner: "o", order: 1, revision, sent: false, message };
}

/** An operation whose text has so many characters. */
function ofLength(opId: string, length: number, revision = 1): StoredOperation {
  return operation(opId, revision, "A".repeat(length - JSON.stringify(operation(opId, revision, "")).length));
}

function opIds(): string[] {
  return new Journal().read().map(({ opId }) => opId);
}

it("keeps operations for other rooms of the site, until they are erased", () => {
  const journal = new Journal();
  journal.write(operation("one"));
  expect(new Journal().read()).toEqual([operation("one")]);
  journal.write(operation("one", 2));
  journal.erase("one", 1);
  expect(new Journal().read()).toEqual([operation("one", 2)]);
  journal.erase("one", 2);
  expect(opIds()).toEqual([]);
  journal.write(operation("one"));
  new Journal().erase("one", 1);
  expect(opIds()).toEqual([]);
  expect(Object.keys(localStorage)).toEqual([]);
});

it("leaves alone what the application keeps, and what is no operation", () => {
  localStorage.setItem("theme", "dark");
  localStorage.setItem("acetate:outbox:odd", "{");
  localStorage.setItem("acetate:outbox:null", "null");
  new Journal().write(operation("one"));
  const heard: string[] = [];
  const window = new EventTarget();
  vi.stubGlobal("window", window);
  new Journal().listen(({ opId }) => heard.push(opId), new AbortController().signal);
  for (const key of [...Object.keys(localStorage), "acetate:outbox:erased", null]) {
    const newValue = key === null ? null : localStorage.getItem(key);
    window.dispatchEvent(Object.assign(new Event("storage"), { key, newValue }));
  }
  expect(opIds()).toEqual(["one"]);
  expect(heard).toEqual(["one"]);
  expect(localStorage.getItem("theme")).toBe("dark");
});

it("leaves out what would take too much of localStorage if there were more of its size", () => {
  const journal = new Journal();
  const half = JOURNAL_CHARACTERS / 2;
  for (let revision = 1; revision < 9; revision++) journal.write(ofLength("one", half, revision));
  journal.write(ofLength("two", half + 1));
  expect(opIds()).toEqual(["one"]);
  journal.write(ofLength("two", half));
  expect(opIds()).toEqual(["one", "two"]);
  // An older state would be taken for the newest.
  journal.write(ofLength("one", half + 1, 9));
  expect(opIds()).toEqual(["two"]);
  journal.erase("two");
  journal.write(ofLength("one", JOURNAL_CHARACTERS, 10));
  expect(opIds()).toEqual(["one"]);
  new Journal().write(operation("another room's"));
  expect(opIds()).toHaveLength(2);
});

it("keeps no older state of an operation where localStorage is full", () => {
  const journal = new Journal();
  journal.write(operation("one"));
  vi.spyOn(storage, "setItem").mockImplementation(() => {
    throw new DOMException("The quota has been exceeded", "QuotaExceededError");
  });
  journal.write(operation("one", 2));
  expect(opIds()).toEqual([]);
});

it("keeps nothing where there is no localStorage, or it is refused", () => {
  const journal = new Journal();
  const use = (): void => {
    journal.write(operation("one"));
    journal.erase("one");
    journal.listen(() => {}, new AbortController().signal);
    expect(journal.read()).toEqual([]);
  };
  Reflect.deleteProperty(globalThis, "localStorage");
  use();
  Object.defineProperty(globalThis, "localStorage", {
    configurable: true,
    get: () => {
      throw new DOMException("Access is denied for this document", "SecurityError");
    },
  });
  use();
});
