import { describe, expect, it, vi } from "vitest";
import { ok } from "../../src/protocol/errors.ts";
import { COMMIT_MAX_BYTES, COMMIT_MAX_WRITES, Committer } from "../../src/room/committer.ts";

/** A committer that writes down how many changes each transaction held, and who was told. */
function record({ fail = false, work = 0, publish = () => {}, committed = () => {}, idle = () => {} } = {}) {
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
    tellFailed: (error) => untold.push(error),
    committed,
    idle: () => {
      rests++;
      idle();
      return rests <= work;
    },
    abort: (reason) => aborted.push(reason),
  });
  const write = (bytes = 1, hear = () => {}, alone = false) =>
    committer.write(
      {
        origin: null,
        bytes,
        alone,
        run: () => {
          decided++;
          return ok({ result: null, seq: ++seq, duplicate: false, entries: [] });
        },
      },
      (outcome) => {
        hear();
        if (outcome.ok) told.push(outcome.value.seq);
      },
    );
  return { write, commits, told, aborted, untold, rests: () => rests };
}

const later = () => new Promise((resolve) => setTimeout(resolve, 20));

describe("group commit", () => {
  it("R2 commits what comes alone at once, and what comes meanwhile together", async () => {
    const { write, commits, told, rests } = record();
    write();
    expect(commits).toEqual([1]);
    for (let count = 0; count < 5; count++) write();
    expect(told).toEqual([1]);
    await later();
    expect(commits).toEqual([1, 5]);
    expect(told).toEqual([1, 2, 3, 4, 5, 6]);
    expect(rests()).toBe(1);
    write();
    expect(commits).toEqual([1, 5, 1]);
  });

  it("takes COMMIT_MAX_WRITES into one transaction, not one more", () => {
    const { write, commits } = record();
    write();
    for (let count = 1; count < COMMIT_MAX_WRITES; count++) write();
    expect(commits).toEqual([1]);
    write();
    expect(commits).toEqual([1, COMMIT_MAX_WRITES]);
  });

  it("lets less than COMMIT_MAX_BYTES wait", () => {
    const { write, commits } = record();
    write();
    write(COMMIT_MAX_BYTES - 1);
    expect(commits).toEqual([1]);
    write();
    expect(commits).toEqual([1, 2]);
  });

  it("commits what waits, then a write that must be alone, at once", async () => {
    const { write, commits, told } = record();
    write();
    write();
    write();
    write(1, undefined, true);
    expect(commits).toEqual([1, 2, 1]);
    write();
    expect(told).toEqual([1, 2, 3, 4]);
    await later();
    expect(commits).toEqual([1, 2, 1, 1]);
    write();
    write(1, undefined, true);
    expect(commits).toEqual([1, 2, 1, 1, 1, 1]);
  });

  it("rests for as long as there is work and nothing comes", async () => {
    const { write, commits, rests } = record({ work: 3 });
    write();
    await vi.waitFor(() => expect(rests()).toBe(4));
    await later();
    expect(rests()).toBe(4);
    write();
    write();
    expect(commits).toEqual([1, 1]);
    await later();
    expect(commits).toEqual([1, 1, 1]);
  });

  it("I1 ends the object where a write fails, and tells nobody", () => {
    const { write, told, aborted } = record({ fail: true });
    expect(() => write()).toThrow("the disk is full");
    expect(aborted).toEqual(["the disk is full"]);
    expect(told).toEqual([]);
  });

  it("R52 tells everyone else where telling one throws, and goes on to what follows a commit", async () => {
    const failure = new Error("this one can't be told");
    const fail = () => {
      throw failure;
    };
    let committed = 0;
    const { write, told, untold, aborted } = record({ committed: () => committed++ });
    write();
    write(1, fail);
    write();
    await later();
    expect(told).toEqual([1, 3]);
    expect(untold).toEqual([failure]);
    expect(committed).toBe(2);
    expect(aborted).toEqual([]);
    // The room could not be told: the sender is answered all the same.
    const other = record({ publish: fail });
    other.write();
    expect(other.told).toEqual([1]);
    expect(other.untold).toEqual([failure]);
  });

  it("I1 ends the object where a write after a commit fails, too", async () => {
    const fail = () => {
      throw new Error("the disk is full");
    };
    const outbox = record({ committed: fail });
    expect(() => outbox.write()).toThrow("the disk is full");
    expect(outbox.aborted).toEqual(["the disk is full"]);
    const rest = record({ idle: fail });
    rest.write();
    await later();
    expect(rest.aborted).toEqual(["the disk is full"]);
  });
});
