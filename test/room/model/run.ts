import { expect } from "vitest";
import { type Answer, Client } from "./client.ts";
import type { Command } from "./commands.ts";
import { checkAnnotationsAt, checkLists, checkVersion } from "./checks.ts";
import { Follower } from "./follower.ts";
import { Births, expectSame } from "./heard.ts";
import type { Operation } from "./operation.ts";
import { Reference } from "./reference.ts";
import { Rest } from "./rest.ts";

const TITLE = "A sheet";
/** Why an edit is refused that others were faster than. */
const LATE = [
  "stale_version",
  "annotation_deleted",
  "annotation_not_deleted",
  "annotation_not_found",
  "id_taken",
  "comment_deleted",
  "comment_not_found",
  "forbidden",
  "invalid",
];

/** Does what a command says; see `steps.ts`. */
export type PerformStep = (run: Run, command: Command) => Promise<void>;

/** One document and its clients, from its first change to its last. */
export class Run {
  readonly births = new Births();
  readonly clients: Client[];
  readonly reference: Reference;
  readonly rest: Rest;
  readonly follower: Follower;
  #next = 0;
  /** Changes that were asked for. */
  operations = 0;

  /** Whether the service asks for tokens, or runs open. */
  readonly secured: boolean;

  readonly #performStep: PerformStep;

  private constructor(documentId: string, secured: boolean, performStep: PerformStep) {
    this.secured = secured;
    this.#performStep = performStep;
    this.rest = new Rest(documentId, this.births, secured);
    this.reference = new Reference(TITLE, this.rest.who());
    this.clients = ["ann", "bob", "cid"].map((name) => new Client(name, this.births, secured));
    this.follower = new Follower(this.rest, this.reference, this.births);
  }

  static async start(secured: boolean, performStep: PerformStep): Promise<Run> {
    const run = new Run(crypto.randomUUID(), secured, performStep);
    await run.rest.post("/v1/documents", { id: run.rest.documentId, title: TITLE });
    for (const [who] of run.clients.entries()) {
      await run.perform({ do: "connect", who, resume: false, batch: who === 1, role: "editor" });
    }
    return run;
  }

  async perform(command: Command): Promise<void> {
    await this.#performStep(this, command);
    await this.settle();
  }

  /** Everyone comes back, and one who was never there. Answers how often clients joined. */
  async finish(): Promise<{ resumed: number; fresh: number }> {
    for (const [who, client] of this.clients.entries()) {
      if (!client.isOpen)
        await this.perform({ do: "connect", who, resume: true, batch: true, role: "editor" });
    }
    const fresh = new Client("dan", this.births, this.secured);
    await fresh.join(await this.rest.connect("viewer", "dan", {}));
    this.clients.push(fresh);
    await this.settle();
    await this.follower.follow(100);
    await checkLists(this.rest, this.reference, this.births);
    for (const version of await this.rest.listVersions()) await checkVersion(this, version);
    const { head } = this.reference;
    for (const seq of [1, Math.ceil(head / 3), Math.ceil(head / 2), head])
      await checkAnnotationsAt(this, seq);
    for (const client of this.clients) await client.leave();
    const count = (kind: "resumed" | "fresh") =>
      this.clients.reduce((sum, { joined }) => sum + joined[kind], 0);
    return { resumed: count("resumed"), fresh: count("fresh") };
  }

  /** A new opId. */
  newId(): string {
    this.operations++;
    return `op-${this.#next++}`;
  }

  /** A number that was not used before. */
  newNumber(): number {
    return this.#next++;
  }

  newUpdates(count: number, padding = ""): Operation[] {
    return Array.from({ length: count }, () => {
      const opId = this.newId();
      return { type: "update", opId, delta: `${opId} ${padding}` };
    });
  }

  /** Waits until everyone has heard everything, then holds everything against the reference. */
  async settle(): Promise<void> {
    const { seq } = await this.rest.getDocument();
    const answers: { operation: Operation; answer: Answer }[] = [];
    for (const client of this.clients) {
      if (client.isOpen)
        await client.socket?.until(
          () => !client.isOpen || client.hasReached(seq),
          `${client.name}: seq ${seq}`,
        );
      for (const { operation, base, answer } of client.takeAnswers()) {
        answers.push({ operation, answer });
        this.#noteAnswer(client, operation, base, answer);
      }
    }
    await this.#fillGaps(seq);
    expect(this.reference.head, "nothing has happened that nobody asked for").toBe(seq);
    for (const { operation, answer } of answers) this.#checkAnswer(operation, answer);
    for (const client of this.clients) {
      client.read(this.reference);
      if (client.socket?.closed) client.socket = null;
      if (client.document) client.check(this.reference);
    }
    this.births.checkOrder(this.reference.present.annotations.keys());
    this.births.checkOrder(this.reference.present.comments.keys());
  }

  #noteAnswer(client: Client, operation: Operation, base: number, answer: Answer): void {
    if (!answer.ok) return;
    const known = this.reference.operations.get(operation.opId);
    if (known) expect(answer.seq, `${operation.opId} keeps its seq`).toBe(known.seq);
    // A deletion of what somebody else had deleted has no seq of its own.
    else if (!answer.duplicate || operation.type === "update") {
      this.reference.recordOperation(answer.seq, operation, client.sender, base);
    }
  }

  /** Of what was sent without waiting: whether it was refused for a reason, or did what it says. */
  #checkAnswer(operation: Operation, answer: Answer): void {
    if (!answer.ok) {
      const reasons = operation.type === "update" ? ["stale_base"] : LATE;
      expect(reasons, operation.type).toContain(answer.code);
      return;
    }
    this.checkTold(operation, answer);
  }

  /** Whoever asked is told the same as everyone else; of a deletion or restoration, only its own part. */
  checkTold(
    operation: Operation,
    { seq, annotations, comment, labels }: Extract<Answer, { ok: true }>,
  ): void {
    const told = this.reference.toldAt(seq);
    if (told.type === "version.reverted") return;
    if (told.type === "labels.updated") expect(labels).toEqual(told.labels);
    expect(comment).toEqual(told.type === "comment" ? told.comment : null);
    const all = "annotations" in told ? told.annotations : [];
    const own =
      operation.type === "annotation.delete" || operation.type === "annotation.restore"
        ? all.filter(({ id }) => id === operation.id)
        : all;
    expectSame(annotations, own, `the answer for seq ${seq}`);
  }

  /** What was committed after its sender had gone is known from the feed: it must be something that was sent. */
  async #fillGaps(head: number): Promise<void> {
    for (let gap = this.reference.firstGap(head); gap !== null; gap = this.reference.firstGap(head)) {
      // Right after a revert of the content, the feed starts over with everything.
      const { updates } = await this.rest.getChanges(gap - 1, 1);
      const delta = atob(updates.find(({ seq }) => seq === gap)?.delta_b64 ?? "");
      const [opId = ""] = delta.split(" ");
      const client = this.clients.find(({ unanswered }) => unanswered.has(opId));
      const sent = client?.unanswered.get(opId);
      if (!client || !sent) throw new Error(`seq ${gap} is ${delta}, which nobody waits for`);
      this.reference.recordOperation(gap, sent.operation, client.sender, sent.base);
    }
  }
}
