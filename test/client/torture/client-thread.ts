import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import type { Saving } from "../../../src/client/index.ts";
import { Random } from "../../crash/random.ts";
import { contents } from "./contents.ts";
import { type Edit, tokensOf } from "./edit.ts";
import { SequenceCheck } from "./sequence-check.ts";
import type { FromThread, Report, ThreadOptions, ToThread } from "./thread-messages.ts";
import { ThreadStore } from "./thread-store.ts";

/** One client, in a thread of its own, so that it can be ended at any moment as a crash would. */

/** More edits wait until some of these are saved. */
const UNSAVED_MAX = 100;
/** Offline one goes on all the same, but more slowly. */
const PATIENCE_MS = 500;
const PAUSE_MAX_MS = 4;

const options = workerData as ThreadOptions;
const random = new Random(options.seed);
const port = parentPort;
if (!port) throw new Error("This is the file of a thread");
const tell = (message: FromThread): void => port.postMessage(message);

const store = new ThreadStore(tell);
const { actorId, name, documentId, service } = options;
const content = contents[options.content].open(service, documentId, { actorId, name, store });
const { room } = content;
const sequence = new SequenceCheck(tell);
room.on("message", (message) => sequence.take(message));

/** Annotations that are deleted, as far as this client knows. */
const deleted = new Set<string>();
room.on("message", (message) => {
  if (message.type === "annotation.deleted") deleted.add(message.annotation.id);
});

let made = 0;

function makeEdit(): void {
  const token = `${options.name}-${made++}`;
  const shown = room.annotations.value;
  const dice = random.next();
  if (shown.length < 5 || dice < 0.25) create();
  else if (dice < 0.7) update(token, random.pick(shown).id);
  else if (dice < 0.75) remove(token, random.pick(shown).id);
  else if (dice < 0.8 && deleted.size > 0) restore(token, random.pick([...deleted]));
  else follow({ token, kind: "content", annotationId: null }, () => content.add(token));
}

function create(): void {
  const id = random.uuid();
  const [x, y] = [random.int(0, 1000), random.int(0, 1000)];
  const geometry = { x, y, width: random.int(1, 200), height: random.int(1, 200) };
  follow({ token: id, kind: "create", annotationId: id }, () =>
    room.annotations.create({ id, type: "box", geometry, z_index: random.int(0, 3) }),
  );
}

function update(token: string, id: string): void {
  const field = random.pick([
    { text: token },
    { labels: [token] },
    { z_index: random.int(0, 3) },
    { style: { stroke_width: random.int(1, 20) } },
    { geometry: { x: random.int(0, 1000), y: 0, width: 10, height: 10 } },
    {},
  ]);
  const patch = { ...field, properties: { [token]: true } };
  follow({ token, kind: "update", annotationId: id }, () =>
    room.annotations.update(id, random.chance(0.5) ? patch : () => patch),
  );
}

function remove(token: string, id: string): void {
  deleted.add(id);
  follow({ token, kind: "delete", annotationId: id }, () => room.annotations.delete(id));
}

function restore(token: string, id: string): void {
  deleted.delete(id);
  follow({ token, kind: "restore", annotationId: id }, () => room.annotations.restore(id));
}

function follow(edit: Edit, make: () => Saving & Pick<Edit, "struct">): void {
  const { saved, struct } = make();
  // Nothing of it is stored or sent before the end of this task.
  tell({ type: "made", edit: struct === undefined ? edit : { ...edit, struct } });
  const { token } = edit;
  saved.then(
    () => tell({ type: "saved", token }),
    () => tell({ type: "refused", token }),
  );
}

async function edit(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    makeEdit();
    await sleep(random.int(0, PAUSE_MAX_MS));
    if (room.unsaved.value > UNSAVED_MAX) await Promise.race([untilFew(), sleep(PATIENCE_MS)]);
  }
}

function untilFew(): Promise<void> {
  return new Promise((resolve) => {
    const stop = room.unsaved.subscribe((unsaved) => {
      if (unsaved > UNSAVED_MAX) return;
      resolve();
      queueMicrotask(() => stop());
    });
  });
}

function report(): Report {
  return {
    state: room.status.value.state,
    head: sequence.head,
    unsaved: room.unsaved.value,
    refused: room.refused.value.map(({ error, message }) => ({
      code: error.code,
      tokens: tokensOf(message),
    })),
    annotations: room.annotations.value,
    content: content.read(),
  };
}

port.on("message", (message: ToThread) => {
  if (message.type === "edit") void edit(message.count);
  else if (message.type === "reconnect") room.reconnect();
  else if (message.type === "report") tell({ type: "report", report: report() });
  else store.take(message);
});
