import { expect } from "vitest";
import type { ServerMessage, StateMessage } from "../../../src/protocol/wire/down.ts";
import type { TestSocket } from "../../support/room.ts";
import {
  type Births,
  annotationState,
  checkFresh,
  documentState,
  eventTold,
  expectSame,
  isEvent,
  labelsState,
  openSnapshot,
  updateState,
} from "./heard.ts";
import { type CommentState, commentState, isCommentOperation, shownOf } from "./comments.ts";
import { type Operation, type Sender, toMessage } from "./operation.ts";
import { type AnnotationState, type DocumentState, type LabelsState, type Told, activeOf } from "./replay.ts";
import { whoIs } from "./people.ts";
import type { Reference } from "./reference.ts";

/** What a client may do, by its token; where the service runs open, everyone may do everything. */
export type Role = "editor" | "commenter" | "viewer";

/** What is heard of an operation. */
export type Answer =
  | {
      ok: true;
      seq: number;
      duplicate: boolean;
      annotations: AnnotationState[];
      comment: CommentState | null;
      labels: LabelsState | null;
    }
  | { ok: false; code: string };

/**
 * A client as one would write it: it applies what it hears, in the order in which it comes. What it hears is held
 * against the reference, message by message (`read`), and so is what it has in the end (`check`).
 */
export class Client {
  readonly name: string;
  readonly #births: Births;
  readonly #secured: boolean;
  role: Role = "editor";
  socket: TestSocket | null = null;
  /** The highest seq seen. */
  seen = 0;
  lineage = "";
  content: string[] = [];
  annotations = new Map<string, AnnotationState>();
  comments = new Map<string, CommentState>();
  document: DocumentState | null = null;
  labels: LabelsState | null = null;
  /** What was sent without waiting, and of which no answer was seen: the base it was made for. */
  readonly unanswered = new Map<string, { operation: Operation; base: number }>();
  /** What it started from, at which seq. */
  #start = { seq: 0, content: [] as string[] };
  /** Messages that were looked at by `hasReached`, `takeAnswers` and `read`. */
  #looked = 0;
  #answered = 0;
  #read = 0;
  #reached = 0;
  /** A state that is to come after a reset, or whose pages are. */
  #isWaiting = false;
  #afterReset = false;
  #pages: { state: StateMessage; since: number; snapshot: string[] } | null = null;
  /** States that were read, by whether they were resumed. */
  readonly joined = { resumed: 0, fresh: 0 };

  constructor(name: string, births: Births, secured: boolean) {
    this.name = name;
    this.#secured = secured;
    this.#births = births;
  }

  get sender(): Sender {
    const by = whoIs(this.name, this.#secured);
    return { sub: this.#secured ? this.name : null, actorId: this.name, by };
  }

  get isOpen(): boolean {
    return this.socket !== null && this.socket.closed === null;
  }

  get isEditor(): boolean {
    return !this.#secured || this.role === "editor";
  }

  /** Whether its token lets it ask for this. */
  may(operation: Operation): boolean {
    return this.isEditor || (isCommentOperation(operation) && this.role === "commenter");
  }

  /** Takes a new socket, and waits for its state. */
  async join(socket: TestSocket): Promise<void> {
    this.socket = socket;
    this.#looked = 0;
    this.#answered = 0;
    this.#read = 0;
    this.#reached = 0;
    this.#isWaiting = true;
    this.#afterReset = false;
    this.#pages = null;
    await socket.until(() => this.hasReached(1), "the state");
  }

  async leave(): Promise<void> {
    const { socket } = this;
    this.socket = null;
    await socket?.close();
  }

  #send(messages: object): void {
    this.socket?.sendRaw(JSON.stringify(messages));
  }

  /** Sends operations in one frame, without waiting for anything. */
  send(operations: readonly Operation[]): void {
    const base = this.seen;
    for (const operation of operations) this.unanswered.set(operation.opId, { operation, base });
    this.#send(operations.map((operation) => toMessage(operation, base)));
  }

  /** Sends once more what has no answer, each for what its sender had when it was made. */
  sendAgain(): void {
    const messages = [...this.unanswered.values()].map(({ operation, base }) => toMessage(operation, base));
    if (messages.length > 0) this.#send(messages);
  }

  /** Sends one operation and waits for its answer. */
  async ask(operation: Operation, base: number): Promise<Answer> {
    const { socket } = this;
    if (!socket) throw new Error(`${this.name} is not connected`);
    const { opId } = operation;
    let looked = socket.messages.length;
    let answer: Answer | null = null;
    this.#send(toMessage(operation, base));
    await socket.until(() => {
      for (; answer === null && looked < socket.messages.length; looked++) {
        const message = socket.messages[looked];
        if (message?.type !== "ack" && message?.type !== "error") continue;
        if (message.opId === opId) answer = this.#toAnswer(message);
      }
      return answer !== null;
    }, `the answer to ${opId}`);
    return answer ?? { ok: false, code: "none" };
  }

  /** The answers to what was sent without waiting that have come since the last call. */
  takeAnswers(): { operation: Operation; base: number; answer: Answer }[] {
    const found: { operation: Operation; base: number; answer: Answer }[] = [];
    for (const message of this.socket?.messages.slice(this.#answered) ?? []) {
      this.#answered++;
      if (message.type !== "ack" && message.type !== "error") continue;
      const sent = this.unanswered.get(message.opId ?? "");
      if (!sent) continue;
      this.unanswered.delete(message.opId ?? "");
      found.push({ ...sent, answer: this.#toAnswer(message) });
    }
    return found;
  }

  /** Waits until everything has its answer. */
  async untilAnswered(): Promise<void> {
    const { socket } = this;
    const left = new Set(this.unanswered.keys());
    let looked = 0;
    await socket?.until(() => {
      for (const message of socket.messages.slice(looked)) {
        looked++;
        if (message.type === "ack" || message.type === "error") left.delete(message.opId ?? "");
      }
      return left.size === 0;
    }, `the answers to ${left.size} operations of ${this.name}`);
  }

  #toAnswer(message: Extract<ServerMessage, { type: "ack" | "error" }>): Answer {
    if (message.type === "error") return { ok: false, code: message.code };
    const {
      seq,
      duplicate = false,
      labels,
      comment,
      annotation,
      annotations = annotation ? [annotation] : [],
    } = message;
    return {
      ok: true,
      seq,
      duplicate,
      annotations: annotations.map((each) => annotationState(each, this.#births)),
      comment: comment ? commentState(comment, this.#births) : null,
      labels: labels ? labelsState(labels) : null,
    };
  }

  /** Offers a snapshot. Resolves to why it is refused; null: it was taken. */
  async offer(version: number, text: string): Promise<string | null> {
    const { socket } = this;
    if (!socket) return "no socket";
    const from = socket.messages.length;
    socket.send({ type: "snapshot", version, snapshotB64: btoa(text) });
    const answer = () =>
      socket.messages.slice(from).find(({ type }) => type === "snapshot_ack" || type === "error");
    await socket.until(() => answer() !== undefined, "the answer to a snapshot");
    const found = answer();
    return found?.type === "error" ? found.code : null;
  }

  /** Whether it has heard everything up to `seq`, and no state is on its way. */
  hasReached(seq: number): boolean {
    for (const message of this.socket?.messages.slice(this.#looked) ?? []) {
      this.#looked++;
      if (message.type === "state") {
        this.#reached = message.version;
        this.#isWaiting = message.more;
      } else if (message.type === "state_page") this.#isWaiting = !message.last;
      else if (message.type === "reset") this.#isWaiting = true;
      else if (message.type === "ack" && message.duplicate) continue;
      else if ("seq" in message) this.#reached = Math.max(this.#reached, message.seq);
    }
    return !this.#isWaiting && this.#reached >= seq;
  }

  /** Applies what has arrived, and holds it against the reference. */
  read(reference: Reference): void {
    for (const message of this.socket?.messages.slice(this.#read) ?? []) {
      this.#read++;
      if (message.type === "state") this.#takeState(message, reference);
      else if (message.type === "state_page") {
        const { state, snapshot } = this.#pages ?? {};
        if (!state) throw new Error("A page came without its state");
        if (message.part === "snapshot") snapshot?.push(atob(message.chunkB64));
        if (message.part === "updates") state.updates.push(...message.items);
        if (message.part === "events") state.events.push(...message.items);
        if (message.part === "annotations") state.annotations.push(...message.items);
        if (message.part === "comments") state.comments.push(...message.items);
        if (message.last) this.#finishState(reference);
      } else if (message.type === "remote_update") {
        expect(this.#pages, "pages come before anything else").toBeNull();
        this.#step({ type: "update", ...updateState(message) }, reference);
      } else if (message.type === "reset") {
        const told = reference.toldAt(message.seq);
        expect(told).toMatchObject({ type: "version.reverted", crdtChanged: message.crdtChanged });
        expect(message.seq, "a reset follows its revert").toBe(this.seen);
        this.#afterReset = true;
      } else if (message.type === "ack") {
        const known = reference.operations.get(message.opId);
        if (message.duplicate) continue;
        expect(message.seq).toBe(known?.seq);
        this.#step(reference.toldAt(message.seq), reference);
      } else if (isEvent(message)) {
        const told = reference.toldAt(message.seq);
        const crdtChanged = told.type === "version.reverted" && told.crdtChanged;
        this.#step(eventTold(message, this.#births, crdtChanged), reference);
      }
    }
  }

  /** The next change. While its state is on its way, a client gets nothing but answers to what it sends. */
  #step(told: Told, reference: Reference): void {
    expect(told).toEqual(reference.toldAt(told.seq));
    if (this.#afterReset) return;
    expect(told.seq, `${this.name}: the next seq, without gap or repeat`).toBe(this.seen + 1);
    this.seen = told.seq;
    this.#apply(told);
  }

  #apply(told: Told): void {
    if (told.type === "update") this.content.push(told.delta);
    if ("document" in told) this.document = told.document;
    if ("labels" in told && told.labels) this.labels = told.labels;
    if (told.type === "comment") this.comments.set(told.comment.id, told.comment);
    if ("annotations" in told)
      for (const annotation of told.annotations) this.annotations.set(annotation.id, annotation);
  }

  #takeState(state: StateMessage, reference: Reference): void {
    const { updates, events, annotations, comments } = state;
    const copy = {
      ...state,
      updates: [...updates],
      events: [...events],
      annotations: [...annotations],
      comments: [...comments],
    };
    const snapshot = state.snapshotB64 === null ? [] : [atob(state.snapshotB64)];
    this.#pages = { state: copy, since: this.seen, snapshot };
    if (!state.more) this.#finishState(reference);
  }

  #finishState(reference: Reference): void {
    const { state, since, snapshot } = this.#pages ?? {};
    if (!state || since === undefined) return;
    this.#pages = null;
    const { version, resumed } = state;
    expect(state.diverged, "nobody is told of a loss where there was none").toBe(false);
    if (resumed) this.#resume(state, since, reference);
    else {
      const expected = reference.stateAt(version);
      const text = snapshot && snapshot.length > 0 ? snapshot.join("") : null;
      checkFresh(state, text, expected, this.#births);
      this.content = [...openSnapshot(text), ...state.updates.map(({ deltaB64 }) => atob(deltaB64))];
      this.#start = { seq: version, content: [...this.content] };
      this.annotations = new Map(
        state.annotations.map((each) => [each.id, annotationState(each, this.#births)]),
      );
      this.comments = new Map(state.comments.map((each) => [each.id, commentState(each, this.#births)]));
      this.document = documentState(state.document);
      this.labels = labelsState(state.labels);
    }
    this.joined[resumed ? "resumed" : "fresh"]++;
    this.seen = version;
    this.lineage = state.lineage;
    this.#afterReset = false;
  }

  /** Updates and events come apart; together they are every change that was missed. */
  #resume(state: StateMessage, since: number, reference: Reference): void {
    const { version, updates, events } = state;
    expect(this.#afterReset, "a revert is followed by a whole state").toBe(false);
    const cut = reference.stateAt(version).lastCrdtRevert;
    if (cut > 0) expect(since, "nobody is resumed over a revert of the content").toBeGreaterThan(cut);
    const heard: Told[] = [
      ...updates.map((update) => ({ type: "update" as const, ...updateState(update) })),
      ...events.map((event) => eventTold(event, this.#births, false)),
    ];
    heard.sort((one, other) => one.seq - other.seq);
    expectSame(heard, reference.toldBetween(since, version), `what came in (${since}, ${version}]`);
    for (const told of heard) this.#apply(told);
    expect(labelsState(state.labels), "every state has the label set").toEqual(this.labels);
  }

  /** What it has in the end is what the changes make. */
  check(reference: Reference): void {
    const expected = reference.stateAt(this.seen);
    expect(this.document).toEqual(expected.document);
    expect(this.labels).toEqual(expected.labels);
    // Whoever resumes over a revert has what it brought back at the end: the order is that of ordinals.
    const active = activeOf(expected);
    expectSame(
      active.map(({ id }) => this.annotations.get(id)),
      active,
      `the annotations of ${this.name}`,
    );
    expect([...this.annotations.values()].filter(({ status }) => status === "active")).toHaveLength(
      active.length,
    );
    expectSame(shownOf(this.comments), shownOf(expected.comments), `the comments of ${this.name}`);
    const since = reference.toldBetween(this.#start.seq, this.seen);
    const deltas = since.flatMap((told) => (told.type === "update" ? [told.delta] : []));
    expectSame(this.content, [...this.#start.content, ...deltas], `the content of ${this.name}`);
  }
}
