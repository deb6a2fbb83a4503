import { expect } from "vitest";
import type { Changes } from "../../../src/protocol/model/changes.ts";
import { checkLists } from "./checks.ts";
import { type Births, eventTold, expectSame, updateState } from "./heard.ts";
import type { Told } from "./replay.ts";
import type { Reference } from "./reference.ts";
import type { Rest } from "./rest.ts";

/** Someone without a socket, who asks for what has changed. */
export class Follower {
  readonly #rest: Rest;
  readonly #reference: Reference;
  readonly #births: Births;
  #since = 0;
  #lineage: string | null = null;

  constructor(rest: Rest, reference: Reference, births: Births) {
    this.#rest = rest;
    this.#reference = reference;
    this.#births = births;
  }

  /** Reads on to the head, `limit` changes at a time. */
  async follow(limit: number): Promise<void> {
    let startsOver = 0;
    for (let more = true; more;) {
      const changes = await this.#rest.getChanges(this.#since, limit, this.#lineage);
      this.#check(changes, this.#since, limit);
      if (!changes.resumed) {
        startsOver++;
        expect(startsOver, "where a start over leads to can be gone on from").toBe(1);
        // It reads the annotations anew.
        await checkLists(this.#rest, this.#reference, this.#births);
      }
      this.#since = changes.next_since;
      this.#lineage = changes.lineage;
      more = changes.more;
    }
    expect(this.#since).toBe(this.#reference.head);
  }

  /** Asks for what came after any seq, one that is not there yet included. */
  async probe(since: number, limit: number): Promise<void> {
    this.#check(await this.#rest.getChanges(since, limit), since, limit);
  }

  #check(changes: Changes, since: number, limit: number): void {
    const { version, resumed, diverged, next_since: next, more } = changes;
    const { head, present } = this.#reference;
    expect(version).toBe(head);
    expect(diverged, "nobody is told of a loss where there was none").toBe(since > head);
    expect(more).toBe(next < head);
    const updates = changes.updates.map(updateState);
    if (!resumed) {
      const { snapshot } = present;
      expect(changes.snapshot_version).toBe(snapshot?.version ?? 0);
      const { snapshot_b64: bytes = null } = changes;
      expectSame(bytes === null ? null : atob(bytes), snapshot?.text ?? null, "the snapshot of a start over");
      const expected = present.updates.filter(({ seq }) => seq <= next);
      expectSame(updates, expected, `the updates of a start over up to ${next}`);
      return;
    }
    expect(since).toBeLessThanOrEqual(head);
    expect(since, "nobody goes on over a revert of the content").toBeGreaterThanOrEqual(
      present.lastCrdtRevert,
    );
    const told: Told[] = [
      ...updates.map((update) => ({ type: "update" as const, ...update })),
      ...changes.events.map((event) => eventTold(event, this.#births, false)),
    ];
    told.sort((one, other) => one.seq - other.seq);
    expect(told.length).toBeLessThanOrEqual(limit);
    if (since < head) expect(told.length, "an answer goes on").toBeGreaterThan(0);
    expectSame(told, this.#reference.toldBetween(since, next), `what came in (${since}, ${next}]`);
  }
}
