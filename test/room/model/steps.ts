import { evictDurableObject } from "cloudflare:test";
import { expect } from "vitest";
import type { Document } from "../../../src/protocol/model/document.ts";
import type { Version } from "../../../src/protocol/model/version.ts";
import { stubOf } from "../../support/room.ts";
import { checkVersion } from "./checks.ts";
import type { Client } from "./client.ts";
import type { Command } from "./commands.ts";
import { isCommentOperation } from "./comments.ts";
import { type Operation, otherContent } from "./operation.ts";
import { makeInput, makeLabels, planComment, planEdit, toOperation } from "./plan.ts";
import { type DocumentState, mergeFlat } from "./replay.ts";
import type { Run } from "./run.ts";

/** Does what a command says. Whatever comes alone is judged by the reference first. */
export async function performStep(run: Run, command: Command): Promise<void> {
  const client = run.clients["who" in command ? command.who : 0];
  if (!client) return;
  switch (command.do) {
    case "update":
      for (const operation of run.newUpdates(command.count))
        await operate(run, client, operation, command.rest);
      return;
    case "edit":
      for (const plan of command.edits) await operate(run, client, toOperation(run, plan), command.rest);
      return;
    case "batch": {
      // One operation for each annotation.
      const edits = new Map(command.edits.map((plan) => planEdit(run, plan)).map((edit) => [edit.id, edit]));
      const opId = run.newId();
      const operations = [...edits.values()];
      await operate(run, client, { type: "annotation.batch", opId, operations }, command.rest);
      return;
    }
    case "repeat": {
      const known = [...run.reference.operations.values()];
      // Bursts are of updates: half of the time something else is picked.
      const edits = known.filter(({ operation }) => operation.type !== "update");
      const among = command.pick % 2 === 0 && edits.length > 0 ? edits : known;
      const picked = among[command.pick % among.length];
      if (!picked) return;
      const { operation } = picked;
      const repeated = command.other ? otherContent(operation, `other ${run.newNumber()}`) : operation;
      await operate(run, client, repeated, command.rest);
      return;
    }
    case "burst":
      return burst(run, command);
    case "vanish":
      if (client.isOpen && client.isEditor) await vanish(run, client, command.count);
      return;
    case "heavy":
      for (const operation of run.newUpdates(4, "x".repeat(300_000)))
        await operate(run, client, operation, false);
      return;
    case "comment":
      for (const plan of command.comments) await operate(run, client, planComment(run, plan), command.rest);
      return;
    case "labels":
      return operate(run, client, makeLabels(run, command), command.rest);
    case "document":
      return changeDocument(run, command.pick);
    case "remove":
      return remove(run, command.evict);
    case "version":
      await createVersion(run);
      return;
    case "revert":
      await revert(run, command.pick);
      return;
    case "snapshot":
      // Everyone has heard everything: the version of what it has is the head.
      if (client.isOpen) await offer(run, client, client.seen, JSON.stringify(client.content));
      return;
    case "lie": {
      const version = Math.max(1, run.reference.head + command.ahead);
      const lie = [`a lie ${run.newNumber()}`, command.isLarge ? "y".repeat(1_200_000) : "short"];
      if (client.isOpen) await offer(run, client, version, JSON.stringify(lie));
      return;
    }
    case "connect":
      return connect(run, client, command);
    case "drop":
      return client.leave();
    case "evict":
      return evictDurableObject(stubOf(run.rest.documentId));
    case "feed":
      await run.follower.follow(command.limit);
      return run.follower.probe(command.pick % (run.reference.head + 2), command.limit);
    case "revoke":
      return revoke(run);
  }
}

/** One operation that comes alone: what becomes of it is known before. */
async function operate(run: Run, client: Client, operation: Operation, overRest: boolean): Promise<void> {
  const { reference, rest } = run;
  const { role, sender } = client;
  const base = reference.head;
  const expected = client.may(operation)
    ? reference.judge(operation, base, sender, client.isEditor)
    : { is: "refused" as const, code: "forbidden" };
  const overSocket = !overRest && client.isOpen;
  const answer = overSocket
    ? await client.ask(operation, base)
    : await rest.operate(operation, base, role, sender);
  if (expected.is === "refused") {
    expect(answer, `${operation.type} ${operation.opId}`).toEqual({ ok: false, code: expected.code });
    return;
  }
  if (!answer.ok) throw new Error(`${operation.type} ${operation.opId}: ${answer.code}`);
  if (expected.is === "new") {
    expect(answer.duplicate).toBe(false);
    reference.recordOperation(answer.seq, operation, sender, base);
  } else {
    // It is known from now on, even where it changed nothing.
    if (!reference.operations.has(operation.opId)) {
      reference.operations.set(operation.opId, { operation, seq: expected.seq });
    }
    // Over REST a deletion is answered with nothing: what is there by now says nothing of when that was.
    if (!overSocket && (operation.type === "annotation.delete" || isCommentOperation(operation))) return;
    expect(answer.seq, `${operation.opId} keeps its seq`).toBe(expected.seq);
    if (overSocket) expect(answer.duplicate).toBe(true);
  }
  run.checkTold(operation, answer);
}

async function burst(run: Run, command: Extract<Command, { do: "burst" }>): Promise<void> {
  const writing = run.clients.filter(({ isOpen, isEditor }) => isOpen && isEditor);
  const target = command.revert === null ? undefined : await pickVersion(run, command.revert);
  for (const client of writing) {
    const edits = command.edits.map((plan) => toOperation(run, plan));
    const comments = command.comments.map((plan) => planComment(run, plan));
    client.send([...run.newUpdates(command.count), ...edits, ...comments]);
  }
  const number = run.newNumber();
  const input = makeInput(crypto.randomUUID(), number);
  const create: Operation = { type: "annotation.create", opId: run.newId(), input };
  const sender = { sub: run.secured ? "rest" : null, actorId: "rest", by: run.rest.who("rest") };
  const [created] = await Promise.all([
    run.rest.operate(create, 0, "editor", sender),
    target && revertTo(run, target),
    ...writing.map((client) => client.untilAnswered()),
  ]);
  if (!created.ok) throw new Error(created.code);
  run.reference.recordOperation(created.seq, create, sender, 0);
}

/** Sends, and goes before anything is heard. It does not know that all of it arrives, and will send it once more. */
async function vanish(run: Run, client: Client, count: number): Promise<void> {
  client.send(run.newUpdates(count));
  await client.leave();
  const head = run.reference.head + count;
  while ((await run.rest.getDocument()).seq < head) {
    // Timers have their turn only when nothing else is left to do.
    await scheduler.wait(1);
  }
}

async function changeDocument(run: Run, pick: number): Promise<void> {
  const { metadata } = run.reference.present.document;
  const patch = {
    title: `Title ${pick}`,
    metadata: { pick, [`key ${pick % 3}`]: pick % 2 === 0 ? null : pick },
  };
  const { seq } = await run.rest.post<Document>(`/v1/documents/${run.rest.documentId}`, patch, "PATCH");
  const merged = { title: patch.title, metadata: mergeFlat(metadata, patch.metadata) };
  run.reference.record(seq, { kind: "document", patch: merged, by: run.rest.who() });
}

/** Deletes the document: everyone is sent away, and nothing but its restoration is taken until then. */
async function remove(run: Run, evict: boolean): Promise<void> {
  const { rest, reference, clients } = run;
  const path = `/v1/documents/${rest.documentId}`;
  const connected = clients.filter(({ isOpen }) => isOpen);
  expect((await rest.ask(path, { method: "DELETE" })).status).toBe(204);
  noteStatus(run, "deleted", reference.head + 1);
  for (const { socket } of connected) {
    await socket?.until(() => socket.closed !== null, "the close after a deletion");
    expect(socket?.closed?.code).toBe(4410);
  }
  await run.settle();
  if (evict) await evictDurableObject(stubOf(rest.documentId));
  const [writer] = clients;
  for (const operation of run.newUpdates(1)) if (writer) await operate(run, writer, operation, true);
  const refused = await rest.connect("editor", "late", {});
  await refused.until(() => refused.closed !== null, "the close of who comes too late");
  expect(refused.closed?.code).toBe(4410);
  await rest.post(`${path}/restore`);
  noteStatus(run, "active", reference.head + 1);
  for (const client of connected) await rejoin(run, client, true);
}

function noteStatus(run: Run, status: DocumentState["status"], seq: number): void {
  run.reference.record(seq, { kind: "document", patch: { status }, by: run.rest.who() });
}

async function createVersion(run: Run): Promise<void> {
  const { seq } = await run.rest.post<Version>("/v1/versions", { document_id: run.rest.documentId });
  run.reference.record(seq, { kind: "version", automatic: false, by: run.rest.who() });
}

async function pickVersion(run: Run, pick: number): Promise<Version | undefined> {
  const versions = await run.rest.listVersions();
  return versions[pick % versions.length];
}

async function revert(run: Run, pick: number): Promise<void> {
  const version = await pickVersion(run, pick);
  if (!version) return;
  await checkVersion(run, version);
  await revertTo(run, version);
  await run.settle();
  // The past is what it was.
  await checkVersion(run, version);
}

/** Two changes: what was before is kept as a version. */
async function revertTo(run: Run, { id, seq: to }: Version): Promise<void> {
  const path = `/v1/versions/${id}/revert?document_id=${run.rest.documentId}`;
  const { document } = await run.rest.post<{ document: Document }>(path);
  run.reference.record(document.seq - 1, { kind: "version", automatic: true, by: run.rest.who() });
  run.reference.record(document.seq, { kind: "revert", to, by: run.rest.who() });
}

async function offer(run: Run, client: Client, version: number, text: string): Promise<void> {
  const expected = !client.isEditor ? "forbidden" : run.reference.judgeSnapshot(version);
  expect(await client.offer(version, text), `a snapshot of version ${version}`).toBe(expected);
  if (expected === null) run.reference.recordSnapshot(version, text);
}

async function connect(
  run: Run,
  client: Client,
  command: Extract<Command, { do: "connect" }>,
): Promise<void> {
  await client.leave();
  // Whoever has something to send again stays who it was.
  if (client.unanswered.size === 0) client.role = command.role;
  await rejoin(run, client, command.resume, command.batch);
}

async function rejoin(run: Run, client: Client, resume: boolean, batch = false): Promise<void> {
  const since = resume ? client.seen : 0;
  await client.join(
    await run.rest.connect(client.role, client.name, { since, lineage: client.lineage, batch }),
  );
  // What it does not know the fate of, it sends once more: made for what it had then.
  client.sendAgain();
  await client.untilAnswered();
}

async function revoke(run: Run): Promise<void> {
  if (!run.secured) return;
  const sent = run.clients.filter(({ isOpen }) => isOpen);
  await run.rest.revoke();
  for (const { socket } of sent) {
    await socket?.until(() => socket.closed !== null, "the close after a revocation");
    expect(socket?.closed?.code).toBe(4401);
  }
}
