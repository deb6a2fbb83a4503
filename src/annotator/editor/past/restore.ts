import type { Room } from "../../../client/room-api.ts";
import type { Annotation, AnnotationPatch } from "../../../protocol/model/annotation.ts";
import { compareMarks, contentOf } from "./differences.ts";
import type { Marks } from "./timeline.ts";

/**
 * Makes the marks what they were, by changes that can be undone. The service itself goes back to versions only; any
 * other moment is put together. Rejects with `AcetateError` where a mark could not be brought back.
 */
export async function restoreMarks(room: Room, wanted: Marks): Promise<void> {
  const present = marksOf(room);
  const { added, removed, changed } = compareMarks(present, wanted);
  const restored = room.gesture(() => {
    for (const { id } of removed) room.annotations.delete(id);
    for (const { after } of changed) room.annotations.update(after.id, (now) => patchTo(after, now));
    return added.map(({ id }) => room.annotations.restore(id).saved);
  });
  await Promise.all(restored);
  // A mark comes back as it was when it was deleted, which may be later than the moment.
  const finish = (): void => {
    for (const { after } of compareMarks(marksOf(room), new Map(added.map((mark) => [mark.id, mark])))
      .changed) {
      room.annotations.update(after.id, (now) => patchTo(after, now));
    }
  };
  room.gesture(finish, { continues: true });
}

function marksOf(room: Room): Marks {
  return new Map(room.annotations.value.map((mark) => [mark.id, mark]));
}

/** A patch that makes a mark what it was: members that it did not have are taken away (RFC 7396). */
function patchTo(wanted: Annotation, now: Annotation): AnnotationPatch {
  const { properties, style, ...fields } = contentOf(wanted);
  const gone = Object.keys(now.properties).filter((key) => !(key in properties));
  return {
    ...fields,
    style: { ...style, dash: style.dash ?? null },
    properties: { ...Object.fromEntries(gone.map((key) => [key, null])), ...properties },
  };
}
