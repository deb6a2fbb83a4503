import { computed, signal } from "@preact/signals";
import { expect, it } from "vitest";
import { Editor } from "../../../src/annotator/editor/editor.ts";
import { watchOthers } from "../../../src/annotator/stage/others.ts";
import type { Annotation } from "../../../src/protocol/model/annotation.ts";
import type { PresenceEntry } from "../../../src/protocol/wire/presence.ts";
import { DrivenRoom } from "../../client/support/driven-room.ts";
import { markOf } from "./marks.ts";

const stroke = {
  id: "new",
  type: "freehand",
  geometry: {
    points: [
      [1, 2],
      [3, 4],
    ],
  },
};
const entry = (connectionId: string, more: Partial<PresenceEntry> = {}): PresenceEntry => ({
  connectionId,
  actorId: connectionId,
  name: connectionId,
  state: { cursor: [1, 2], draft: stroke },
  ...more,
});

function watch() {
  const room = new DrivenRoom();
  const editor = new Editor(room, signal({ canEdit: true, canComment: true, canShare: true }));
  const marks = signal<readonly Annotation[]>([]);
  const byId = computed(() => new Map(marks.value.map((mark) => [mark.id, mark])));
  return { room, marks, ...watchOthers(editor, "Guest", byId, () => undefined) };
}

it("shows what editors draw, and of who may not edit only where they are", () => {
  const { room, people, drafts } = watch();
  room.others.set([
    entry("anyone"),
    entry("editor", { role: "editor" }),
    entry("commenter", { role: "commenter" }),
    entry("viewer", {
      role: "viewer",
      state: { cursor: [1, 2], drag: { gesture: 1, ids: ["a"], transform: { kind: "move", dx: 1, dy: 1 } } },
    }),
  ]);
  expect(drafts.value.map(({ id }) => id)).toEqual(["draft-anyone", "draft-editor"]);
  expect(people.value.map(({ shown }) => Object.keys(shown))).toEqual([
    ["cursor", "draft"],
    ["cursor", "draft"],
    ["cursor"],
    ["cursor"],
  ]);
});

it("makes nothing anew when somebody else moves", () => {
  const { room, drafts } = watch();
  const drawing = entry("one");
  room.others.set([drawing, entry("two")]);
  const [before] = drafts.value;
  room.others.set([drawing, entry("two", { state: { cursor: [5, 6], draft: stroke } })]);
  expect(drafts.value).toHaveLength(2);
  expect(drafts.value[0]).toBe(before);
});

it("takes the place of the mark itself once that is there", () => {
  const { room, marks, drafts } = watch();
  room.others.set([entry("one")]);
  expect(drafts.value.map(({ id }) => id)).toEqual(["draft-one"]);
  marks.value = [{ ...markOf({ type: "point", geometry: { x: 1, y: 1 } }), id: "new" }];
  expect(drafts.value.map(({ id }) => id)).toEqual(["new"]);
});
