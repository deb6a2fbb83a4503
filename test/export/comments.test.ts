import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { exportKey } from "../../src/files/keys.ts";
import type { Annotation } from "../../src/protocol/model/annotation.ts";
import type { Comment } from "../../src/protocol/model/comment.ts";
import type { ExportFormat, ExportOptions } from "../../src/protocol/model/export-job.ts";
import { NoteCollection } from "../../src/export/marks/notes.ts";
import { collectComments } from "../../src/export/threads.ts";
import { deliver, renderAlone, queueJob, storedJob } from "../support/export/jobs.ts";
import { render, sampleAnnotation, sampleDocument } from "../support/export/sample-state.ts";
import { box, claims, good, newDocument, open } from "../support/room.ts";

const AT = "2026-11-26T09:00:00.000Z";

function said(annotation: Annotation, text: string, more: Partial<Comment> = {}): Comment {
  return {
    id: crypto.randomUUID(),
    document_id: annotation.document_id,
    annotation_id: annotation.id,
    reply_to: null,
    text,
    author: "ann",
    author_name: null,
    updated_by: "ann",
    resolved: false,
    resolved_by: null,
    resolved_by_name: null,
    resolved_at: null,
    status: "active",
    version: 1,
    seq: 1,
    ordinal: 1,
    created_at: AT,
    updated_at: AT,
    edited_at: null,
    ...more,
  };
}

const shape = { type: "box", geometry: { x: 10, y: 10, width: 50, height: 50 } } as const;
const noted = sampleAnnotation({ ...shape, text: "Look here" });
const plain = sampleAnnotation(shape);
const shown = sampleAnnotation({ type: "text", geometry: { x: 1, y: 2 }, text: "Shows itself" });

const first = said(noted, "Is it\n straight?", { author: "5e3c", author_name: "Ann" });
const comments = [
  first,
  said(noted, "A second thread", { author: null }),
  said(noted, "Yes", { reply_to: first.id, author: "ben", edited_at: AT }),
  said(plain, "Settled", { resolved: true }),
  said(shown, "", { status: "deleted", id: "a0000000-0000-4000-8000-000000000000" }),
  said(shown, "Go on", { reply_to: "a0000000-0000-4000-8000-000000000000" }),
];

describe("the notes of a picture", () => {
  const bounds = { left: 0, top: 0, right: 9, bottom: 9 };
  const notesOf = async (...annotations: Annotation[]) => {
    const { byAnnotation } = await collectComments(pagesOf(comments));
    const collection = new NoteCollection(true, byAnnotation);
    for (const annotation of annotations) collection.add(annotation, bounds, true);
    return collection.notes.map(({ id, text }) => [id, text]);
  };

  it("R56 have the open threads after the text: who says what, replies with a dash", async () => {
    expect(await notesOf(noted, plain, shown)).toEqual([
      [noted.id, "Look here\nAnn: Is it straight?\n– ben: Yes\nA second thread"],
      [shown.id, "– ann: Go on"],
    ]);
  });

  it("R56 are numbered or in callouts where somebody says something, and only there", async () => {
    const annotations = [noted, plain, shown];
    for (const notes of ["numbers", "callouts"] as const) {
      const file = await render({
        document: sampleDocument({ width: 900, height: 600 }),
        annotations,
        comments,
        format: "svg",
        options: { notes },
      });
      const svg = new TextDecoder().decode(file.bytes);
      const withNote = [noted, plain, shown].filter(({ id }) => svg.includes(`data-note="${id}"`));
      expect(withNote.map(({ id }) => id)).toEqual([noted.id, shown.id]);
      expect(file.warnings).toEqual([]);
    }
  });

  it("R56 say so where the comments are more than an export holds", async () => {
    const long = said(plain, "x".repeat(4_000));
    const held = async (count: number) => {
      const collected = await collectComments(pagesOf(Array.from({ length: count }, () => long)));
      return [collected.isComplete, collected.byAnnotation.get(plain.id)?.length];
    };
    const most = Math.floor((8 * 1024 * 1024) / 4_500);
    expect(await held(most)).toEqual([true, most]);
    expect(await held(most + 1)).toEqual([false, most]);
    const many = { annotations: [plain], comments: Array.from({ length: most + 1 }, () => long) };
    const { warnings } = await render({ ...many, format: "svg", options: { notes: "numbers" } });
    expect(warnings).toContainEqual(expect.stringMatching(/more comments than an export can hold/));
    await expect(render({ ...many, format: "json", options: { profile: "w3c" } })).rejects.toThrow(
      /too many for the profile w3c/,
    );
  });
});

async function* pagesOf<T>(items: readonly T[]): AsyncGenerator<readonly T[]> {
  for (let from = 0; from < items.length; from += 100) yield items.slice(from, from + 100);
}

describe("json", () => {
  beforeEach(renderAlone);

  async function exportOf(id: string, format: ExportFormat, options: Partial<ExportOptions> = {}) {
    const job = await queueJob(id, format, undefined, options);
    return async () => {
      expect(await deliver(job.id)).toBe(false);
      expect(await storedJob(job.id)).toMatchObject({ status: "succeeded" });
      const file = await env.BUCKET.get(exportKey(job.id, format));
      return JSON.parse((await file?.text()) ?? "") as { comments: Comment[]; items: { body: object[] }[] };
    };
  }

  it("R42 has the comments of its annotations, as they were at the job's seq", async () => {
    const { id, room } = await newDocument();
    const one = good(await room.createAnnotation(open, { ...box, labels: ["a"] }, {})).value;
    const two = good(await room.createAnnotation(open, box, {})).value;
    const say = async (annotation: Annotation, text: string) =>
      good(await room.createComment(open, { annotation_id: annotation.id, reply_to: null, text }, {})).value;
    const here = await say(one, "here");
    const there = await say(two, "there");
    const whole = await exportOf(id, "json");
    const some = await exportOf(id, "json", { annotations: { labels: ["a"] } });
    good(await room.updateComment(open, here.id, undefined, { text: "later" }, {}));
    await say(one, "later, too");
    expect((await whole()).comments).toEqual([here, there]);
    expect((await some()).comments).toEqual([here]);
  });

  it("R40 as W3C has each comment as a body with its author, replies after the first of their thread", async () => {
    const { id, room } = await newDocument();
    const ann = claims({ sub: "ann", name: "Ann", role: "editor" });
    const input = { ...box, text: "note", labels: ["wall"] };
    const made = good(await room.createAnnotation(open, input, {})).value;
    const annotation = good(await room.updateAnnotation(open, made.id, 1, { review: "approved" }, {}));
    const say = async (text: string, reply_to: string | null = null, access = open) => {
      const comment = { annotation_id: annotation.id, reply_to, text, author: "ben" };
      return good(await room.createComment(access, comment, {})).value;
    };
    const thread = await say("Is it straight?", null, ann);
    await say("Another thread");
    const reply = await say("Yes", thread.id);
    const gone = await say("Never mind", thread.id);
    good(await room.deleteComment(open, gone.id, undefined, {}));
    const edited = good(await room.updateComment(open, reply.id, undefined, { text: "Yes!" }, {}));
    const file = await (await exportOf(id, "json", { profile: "w3c" }))();
    const text = { type: "TextualBody", format: "text/plain" };
    expect(file.items[0]?.body).toEqual([
      { ...text, purpose: "commenting", value: "note" },
      { ...text, purpose: "tagging", value: "wall" },
      { ...text, purpose: "assessing", value: "approved" },
      {
        ...text,
        id: `urn:uuid:${thread.id}`,
        purpose: "commenting",
        value: "Is it straight?",
        creator: { type: "Person", name: "Ann" },
        created: thread.created_at,
      },
      {
        ...text,
        id: `urn:uuid:${reply.id}`,
        purpose: "replying",
        value: "Yes!",
        creator: { type: "Person", name: "ben" },
        created: reply.created_at,
        modified: edited.edited_at,
      },
      expect.objectContaining({ purpose: "commenting", value: "Another thread" }),
    ]);
  });
});
