import { computed, type ReadonlySignal } from "@preact/signals";
import type { Annotation } from "../../protocol/model/annotation.ts";
import { defaultStyle } from "../../protocol/model/default-style.ts";
import type { PresenceEntry } from "../../protocol/wire/presence.ts";
import type { Editor } from "../editor/editor.ts";
import { type Draft, readSharedState, type SharedState } from "../editor/shared-state.ts";
import { type BoundsOfMark, OthersDrags } from "./others-drags.ts";

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

/**
 * The others on the picture. There are none in the past, and none while the connection is lost.
 *
 * @param guest what people without a name are called
 * @param marks those of the room, by id
 */
export function watchOthers(
  editor: Editor,
  guest: string,
  marks: ReadonlySignal<ReadonlyMap<string, Annotation>>,
  boundsOf: BoundsOfMark,
): {
  people: ReadonlySignal<readonly Person[]>;
  /** What they are drawing, or dragging. What has not changed is the same object. */
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
  const made = new WeakMap<Draft, { mark: Annotation; replaced: Annotation | undefined }>();
  const drags = new OthersDrags(boundsOf);
  const drafts = computed(() => {
    const drawn = people.value.filter(({ shown }) => shown.draft || shown.drag);
    // Mostly nobody draws: then a changed mark changes nothing here.
    if (drawn.length === 0) {
      drags.follow([], new Map());
      return none;
    }
    const drafted = drawn.flatMap(({ connectionId, shown: { draft } }) => {
      if (!draft) return [];
      const replaced = marks.value.get(draft.id ?? "");
      const before = made.get(draft);
      if (before && before.replaced === replaced) return [before.mark];
      const mark = toMark(draft, replaced, connectionId);
      made.set(draft, { mark, replaced });
      return [mark];
    });
    return [...drafted, ...drags.follow(drawn, marks.value)];
  });
  return { people, drafts };
}

const none: readonly Annotation[] = [];

function toPerson(
  { connectionId, actorId, name, role, state }: PresenceEntry,
  editor: Editor,
  guest: string,
): Person {
  const { draft, drag, ...shown } = readSharedState(state);
  // Who may not change marks can't seem to.
  const isEditor = role === undefined || role === "editor";
  return {
    connectionId,
    name: name ?? guest,
    color: editor.people.colorOf(actorId),
    shown: isEditor ? { ...shown, ...(draft && { draft }), ...(drag && { drag }) } : shown,
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
