import { describe, expect, it, vi } from "vitest";
import { ok } from "../../src/protocol/errors.ts";
import { COMMIT_MAX_BYTES, COMMIT_MAX_CHANGES, Committer } from "../../src/room/committer.ts";

/** A committer that writes down how many changes each transaction held, and who was told. */
function record({
  fail = false,
  work = 0,
  publish = () => {},
  committed = () => {},
  rested = () => {},
} = {}) {
  const commits: number[] = [];
  const told: number[] = [];
  const aborted: string[] = [];
  const untold: unknown[] = [];
  let rests = 0;
  let decided = 0;
  let seq = 0;
  const committer = new Committer({
    transact: (work) => {
      decided = 0;
      work();
      if (fail) throw new Error("the disk is full");
      commits.push(decided);
    },
    publish,
    untold: (error) => untold.push(error),
    committed,
    rested: () => {
      rests++;
      rested();
      return rests <= work;
    },
    abort: (reason) => aborted.push(reason),
  });
  const submit = (bytes = 1, hear = () => {}) =>
    committer.submit(
      () => {
        decided++;
        return ok({ result: null, seq: ++seq, duplicate: false, entries: [] });
      },
      (outcome) => {
        hear();
        if (outcome.ok) told.push(outcome.value.seq);
      },
      null,
      bytes,
    );
  return { committer, submit, commits, told, aborted, untold, rests: () => rests };
}

const later = () => new Promise((resolve) => setTimeout(resolve, 20));

describe("group commit", () => {
  it("R2 commits what comes alone at once, and what comes meanwhile together", async () => {
    const { submit, commits, told, rests } = record();
    submit();
    expect(commits).toEqual([1]);
    for (let count = 0; count < 5; count++) submit();
    expect(told).toEqual([1]);
    await later();
    expect(commits).toEqual([1, 5]);
    expect(told).toEqual([1, 2, 3, 4, 5, 6]);
    expect(rests()).toBe(1);
    submit();
    expect(commits).toEqual([1, 5, 1]);
  });

  it("takes COMMIT_MAX_CHANGES into one transaction, not one more", () => {
    const { submit, commits } = record();
    submit();
    for (let count = 1; count < COMMIT_MAX_CHANGES; count++) submit();
    expect(commits).toEqual([1]);
    submit();
    expect(commits).toEqual([1, COMMIT_MAX_CHANGES]);
  });

  it("lets less than COMMIT_MAX_BYTES wait", () => {
    const { submit, commits } = record();
    submit();
    submit(COMMIT_MAX_BYTES - 1);
    expect(commits).toEqual([1]);
    submit();
    expect(commits).toEqual([1, 2]);
  });

  it("commits at once what waits when it is asked to", () => {
    const { committer, submit, commits } = record();
    submit();
    submit();
    committer.flush();
    committer.flush();
    expect(commits).toEqual([1, 1]);
  });

  it("rests for as long as there is work and nothing comes", async () => {
    const { submit, commits, rests } = record({ work: 3 });
    submit();
    await vi.waitFor(() => expect(rests()).toBe(4));
    await later();
    expect(rests()).toBe(4);
    submit();
    submit();
    expect(commits).toEqual([1, 1]);
    await later();
    expect(commits).toEqual([1, 1, 1]);
  });

  it("I1 ends the object where a write fails, and tells nobody", () => {
    const { submit, told, aborted } = record({ fail: true });
    expect(() => submit()).toThrow("the disk is full");
    expect(aborted).toEqual(["the disk is full"]);
    expect(told).toEqual([]);
  });

  it("R52 tells everyone else where telling one throws, and goes on to what follows a commit", async () => {
    const failure = new Error("this one can't be told");
    const fail = () => {
      throw failure;
    };
    let committed = 0;
    const { submit, told, untold, aborted } = record({ committed: () => committed++ });
    submit();
    submit(1, fail);
    submit();
    await later();
    expect(told).toEqual([1, 3]);
    expect(untold).toEqual([failure]);
    expect(committed).toBe(2);
    expect(aborted).toEqual([]);
    // The room could not be told: the sender is answered all the same.
    const other = record({ publish: fail });
    other.submit();
    expect(other.told).toEqual([1]);
    expect(other.untold).toEqual([failure]);
  });

  it("I1 ends the object where a write after a commit fails, too", async () => {
    const fail = () => {
      throw new Error("the disk is full");
    };
    const outbox = record({ committed: fail });
    expect(() => outbox.submit()).toThrow("the disk is full");
    expect(outbox.aborted).toEqual(["the disk is full"]);
    const rest = record({ rested: fail });
    rest.submit();
    await later();
    expect(rest.aborted).toEqual(["the disk is full"]);
  });
});
