import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Journal, JOURNAL_CHARACTERS_MAX } from "../../src/client/outbox/journal.ts";
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
  return new Journal().read("scope").map(({ opId }) => opId);
}

it("keeps operations by scope, for other rooms of the site, until they are erased", () => {
  const journal = new Journal();
  journal.write(operation("one"));
  journal.write({ ...operation("theirs"), scope: "another" });
  expect(new Journal().read("scope")).toEqual([operation("one")]);
  journal.write(operation("one", 2));
  journal.erase("one", 1);
  expect(new Journal().read("scope")).toEqual([operation("one", 2)]);
  journal.erase("one", 2);
  expect(opIds()).toEqual([]);
  journal.write(operation("one"));
  new Journal().erase("one", 1);
  expect(opIds()).toEqual([]);
  expect(Object.keys(localStorage)).toEqual(["acetate:outbox:theirs"]);
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

it("takes a part of localStorage at most, however often an operation changes", () => {
  const journal = new Journal();
  const half = JOURNAL_CHARACTERS_MAX / 2;
  journal.write(ofLength("one", half - 1));
  for (let revision = 1; revision < 9; revision++) journal.write(ofLength("two", half, revision));
  expect(opIds()).toEqual(["one", "two"]);
  journal.write(ofLength("one", half, 2));
  expect(opIds().toSorted()).toEqual(["one", "two"]);
  // Half of it would be taken for all of it.
  journal.write(ofLength("one", half + 1, 3));
  expect(opIds()).toEqual(["two"]);
  journal.erase("two");
  journal.write(ofLength("one", JOURNAL_CHARACTERS_MAX, 4));
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
    expect(journal.read("scope")).toEqual([]);
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
