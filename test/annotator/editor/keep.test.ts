import { expect, it } from "vitest";
import { Keep } from "../../../src/annotator/editor/keep.ts";

/** A store in memory, which refuses to write while `isFull`. */
function makeStore(): { store: Storage; fill: (isFull: boolean) => void } {
  const kept = new Map<string, string>();
  let isFull = false;
  const write = (run: () => void): void => {
    if (isFull) throw new DOMException("no room", "QuotaExceededError");
    run();
  };
  const store: Storage = {
    get length() {
      return kept.size;
    },
    clear: () => kept.clear(),
    key: (index) => [...kept.keys()][index] ?? null,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => write(() => kept.set(key, value)),
    removeItem: (key) => write(() => kept.delete(key)),
  };
  return { store, fill: (full) => void (isFull = full) };
}

it("keeps what is written, and forgets it", () => {
  const { store } = makeStore();
  const keep = new Keep(() => store);
  expect(keep.read("name")).toBeNull();
  keep.write("name", "Ann");
  expect([keep.read("name"), store.getItem("name")]).toEqual(["Ann", "Ann"]);
  keep.write("name", null);
  expect([keep.read("name"), store.length]).toEqual([null, 0]);
});

it("remembers by itself what a browser won’t keep, until it does", () => {
  const { store, fill } = makeStore();
  const keep = new Keep(() => store);
  keep.write("name", "Ann");
  fill(true);
  keep.write("name", "Bo");
  expect(keep.read("name")).toBe("Bo");
  keep.write("name", null);
  // Nothing is kept, which is not the same as an empty text.
  expect(keep.read("name")).toBeNull();
  fill(false);
  keep.write("name", "Cy");
  expect([keep.read("name"), store.getItem("name")]).toEqual(["Cy", "Cy"]);
});

it("works where a page may have no store at all", () => {
  const keep = new Keep(() => {
    throw new DOMException("blocked", "SecurityError");
  });
  expect(keep.read("name")).toBeNull();
  keep.write("name", "Ann");
  expect(keep.read("name")).toBe("Ann");
});
