import type { CommandOf, CommentPlan, EditPlan } from "./commands.ts";
import type { CommentOperation } from "./comments.ts";
import type { BatchOperation, Input, Label, Operation, Patch } from "./operation.ts";
import type { Run } from "./run.ts";

/** What is done to annotations: chosen by numbers, among those that there are. */

/** A plan as an operation of its own. */
export function toOperation(run: Run, plan: EditPlan): Operation {
  const opId = run.newId();
  const edit = planEdit(run, plan);
  switch (edit.op) {
    case "create": {
      const { op: _op, ...input } = edit;
      return { type: "annotation.create", opId, input };
    }
    case "update": {
      const { op: _op, id, version, ...patch } = edit;
      return { type: "annotation.update", opId, id, version, patch };
    }
    case "delete":
    case "restore": {
      const { op, ...rest } = edit;
      return { type: `annotation.${op}`, opId, ...rest };
    }
  }
}

/** Something to do to one annotation: mostly to one of the first, so that each is changed again and again. */
export function planEdit(run: Run, { what, pick, late }: EditPlan): BatchOperation {
  const all = [...run.reference.present.annotations.values()];
  const target = all[pick % (pick % 3 === 0 ? all.length : Math.min(all.length, 4))];
  const number = run.newNumber();
  if (what === "create" || !target) {
    // One whose id is taken, now and then.
    const id = late && target ? target.id : crypto.randomUUID();
    return { op: "create", ...makeInput(id, number) };
  }
  const version = late ? target.version + 1 : target.version;
  if (what === "update") return { op: "update", id: target.id, version, ...makePatch(number) };
  const id = pick % 10 === 0 ? crypto.randomUUID() : target.id;
  return number % 2 === 0 ? { op: what, id } : { op: what, id, version };
}

export function makeInput(id: string, number: number): Input {
  return {
    id,
    type: "box",
    geometry: { x: number, y: 20, width: 30.5, height: 40 },
    style: number % 3 === 0 ? { stroke_width: number % 20, dash: [4, 2] } : {},
    text: `made ${number}`,
    labels: number % 2 === 0 ? ["even"] : [],
    properties: number % 5 === 0 ? { fives: number, of: "five" } : {},
    ...(number % 6 === 0 && { review: "changes_requested" }),
    z_index: (number % 7) - 3,
    ...(number % 4 === 0 && { author: "somebody" }),
  };
}

/** A label set: as it is already, empty, or another one. */
export function makeLabels(run: Run, { pick, late }: CommandOf<"labels">): Operation {
  const { labels, version } = run.reference.present.labels;
  const label = (number: number): Label => ({
    name: `label ${number}`,
    color: "#0a0b0c",
    key: number < 10 ? String(number) : null,
  });
  const wanted =
    pick % 5 === 0 ? labels : Array.from({ length: pick % 4 }, (_, index) => label(index * pick));
  const stated = late || pick % 2 === 0 ? { version: late ? version + 1 : version } : {};
  return { type: "labels.set", opId: run.newId(), labels: wanted, ...stated };
}

function makePatch(number: number): Patch {
  const patches: Patch[] = [
    { text: `changed ${number}` },
    { geometry: { x: 1, y: 2, width: number, height: 3, rotation: 30 } },
    { style: { stroke: null, opacity: 0.5, font_size: 12 } },
    { style: { stroke: "#00ff00", opacity: null, font_size: null, dash: null } },
    { properties: { fives: null, number } },
    { review: number % 4 === 0 ? "none" : "approved" },
    { labels: [`label ${number}`], z_index: number % 11 },
  ];
  return patches[number % patches.length] ?? {};
}

/** Something to do to a comment: mostly to one of the first, so that each is changed again and again. */
export function planComment(run: Run, { what, pick, late }: CommentPlan): CommentOperation {
  const { annotations, comments } = run.reference.present;
  const opId = run.newId();
  const number = run.newNumber();
  const all = [...comments.values()];
  const target = all[pick % Math.min(all.length, 6)];
  const text = `said ${number}`;
  if (what === "create" || what === "reply" || !target) {
    const ids = [...annotations.keys(), crypto.randomUUID()];
    const reply = what === "reply" ? target : undefined;
    const input = {
      id: late && target ? target.id : crypto.randomUUID(),
      annotation_id: reply?.annotation_id ?? ids[pick % Math.min(ids.length, 5)] ?? "",
      // A reply to a reply, now and then.
      reply_to: reply ? (pick % 7 === 0 ? reply.id : (reply.reply_to ?? reply.id)) : null,
      text,
    };
    return {
      type: "comment.create",
      opId,
      input: number % 4 === 0 ? { ...input, author: "somebody" } : input,
    };
  }
  const version = target.version + (late ? 1 : 0);
  const stated = late || number % 2 === 0 ? { version } : {};
  const id = pick % 11 === 0 ? crypto.randomUUID() : target.id;
  if (what === "delete") return { type: "comment.delete", opId, id, ...stated };
  const patch = what === "edit" ? { text } : { resolved: what === "resolve" };
  return { type: "comment.update", opId, id, ...stated, patch };
}
