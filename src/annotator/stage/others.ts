import { computed, type ReadonlySignal } from "@preact/signals";
import type { Annotation } from "../../protocol/model/annotation.ts";
import { defaultStyle } from "../../protocol/model/default-style.ts";
import type { PresenceEntry } from "../../protocol/wire/presence.ts";
import type { Editor } from "../editor/editor.ts";
import { type Draft, readSharedState, type SharedState } from "../editor/shared-state.ts";

/** Someone else who is here, and what they show: checked. */
export interface Person {
  connectionId: string;
  name: string;
  /** The class of their colour. */
  color: string;
  shown: SharedState;
}

/** More people than that are not drawn on the picture. */
const PEOPLE_MAX = 50;

/** The others on the picture. `guest`: what people without a name are called. There are none in the past, and none while the connection is lost. */
export function watchOthers(
  editor: Editor,
  guest: string,
): {
  people: ReadonlySignal<readonly Person[]>;
  /** What they are drawing, or dragging. */
  drafts: ReadonlySignal<readonly Annotation[]>;
} {
  const known = new WeakMap<PresenceEntry, Person>();
  const people = computed(() => {
    if (editor.moment.value !== null || editor.status.value.state !== "live") return [];
    return editor.others.value.slice(0, PEOPLE_MAX).map((entry) => {
      const person = known.get(entry) ?? toPerson(entry, editor, guest);
      known.set(entry, person);
      return person;
    });
  });
  const drafts = computed(() => {
    const drawn = people.value.filter(({ shown }) => shown.draft);
    if (drawn.length === 0) return [];
    const marks = new Map(editor.marks.value.map((mark) => [mark.id, mark]));
    return drawn.flatMap(({ connectionId, shown: { draft } }) =>
      draft ? [toMark(draft, marks.get(draft.id ?? ""), connectionId)] : [],
    );
  });
  return { people, drafts };
}

function toPerson(
  { connectionId, actorId, name, state }: PresenceEntry,
  editor: Editor,
  guest: string,
): Person {
  return {
    connectionId,
    name: name ?? guest,
    color: editor.people.colorOf(actorId),
    shown: readSharedState(state),
  };
}

/** A draft as a mark, with what it does not say taken from the mark that it replaces. */
function toMark(draft: Draft, replaced: Annotation | undefined, connectionId: string): Annotation {
  const { type, geometry, style, text } = draft;
  const never = new Date(0).toISOString();
  const whole = {
    document_id: "",
    labels: [],
    properties: {},
    author: null,
    author_name: null,
    updated_by: null,
    z_index: 0,
    status: "active" as const,
    version: 0,
    seq: 0,
    ordinal: 0,
    created_at: never,
    updated_at: never,
    ...replaced,
    id: replaced?.id ?? `draft-${connectionId}`,
    style: { ...defaultStyle, ...replaced?.style, ...style },
    text: text ?? replaced?.text ?? "",
  };
  // Type and geometry were read together.
  return { ...whole, type, geometry } as Annotation;
}
