import { describe, expect, it } from "vitest";
import { AcetateError } from "../../../src/client/acetate-error.ts";
import { type SaveFacts, toSaveState } from "../../../src/annotator/editor/save-state.ts";

const quiet: SaveFacts = {
  status: { state: "live", error: null, retryAt: null, storeError: null },
  isAway: false,
  isOpen: true,
  unsaved: 0,
  conflicts: 0,
  refused: 0,
  wait: "short",
};

describe("toSaveState", () => {
  it("says saved while nothing is unsaved, and for the first moments of a change", () => {
    expect(toSaveState(quiet)).toEqual({ kind: "saved" });
    expect(toSaveState({ ...quiet, unsaved: 2 })).toEqual({ kind: "saved" });
  });

  it("says saving when it takes noticeably long, and waiting when it takes long", () => {
    expect(toSaveState({ ...quiet, unsaved: 2, wait: "noticeable" })).toEqual({ kind: "saving" });
    expect(toSaveState({ ...quiet, unsaved: 2, wait: "long" })).toEqual({ kind: "waiting", count: 2 });
  });

  it("says waiting, not saving, while it connects", () => {
    const status = { ...quiet.status, state: "connecting" as const };
    expect(toSaveState({ ...quiet, status, unsaved: 2, wait: "noticeable" })).toEqual({
      kind: "waiting",
      count: 2,
    });
  });

  it("says that changes can’t be kept only while there are some", () => {
    const status = { ...quiet.status, storeError: new AcetateError("store", "full") };
    expect(toSaveState({ ...quiet, status })).toEqual({ kind: "saved" });
    expect(toSaveState({ ...quiet, status, unsaved: 1 })).toEqual({ kind: "unkept", count: 1 });
  });

  it("says opening until there is a document", () => {
    expect(toSaveState({ ...quiet, isOpen: false })).toEqual({ kind: "opening" });
  });

  it("stays offline while it tries to connect", () => {
    const status = { ...quiet.status, state: "connecting" as const };
    expect(toSaveState({ ...quiet, status, isAway: true, unsaved: 3 })).toEqual({
      kind: "offline",
      count: 3,
    });
  });

  it("puts what needs a person first", () => {
    const storeError = new AcetateError("store", "The disk is full");
    const facts = { ...quiet, status: { ...quiet.status, storeError }, isAway: true, unsaved: 1 };
    expect(toSaveState(facts)).toEqual({ kind: "unkept", count: 1 });
    expect(toSaveState({ ...facts, refused: 2 })).toEqual({ kind: "refused", count: 2 });
    expect(toSaveState({ ...facts, refused: 2, conflicts: 1 })).toEqual({ kind: "conflict", count: 1 });
    const error = new AcetateError("token_expired", "Ask for a new one");
    const shut = { ...facts.status, state: "refused" as const, error };
    expect(toSaveState({ ...facts, conflicts: 1, status: shut })).toEqual({
      kind: "shut",
      code: "token_expired",
      kept: 1,
    });
  });
});
