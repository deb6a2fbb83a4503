import { computed, type ReadonlySignal } from "@preact/signals";
import type { Editor } from "../editor/editor.ts";
import type { Person as ResourcePerson } from "../../protocol/model/person.ts";
import type { PresenceRole } from "../../protocol/wire/presence.ts";
import type { Words } from "../words/en.ts";
import { isMe, type Me } from "./comments/list-threads.ts";

/** Somebody else who is here. */
export interface Person {
  /** One of their connections. */
  connectionId: string;
  actorId: string;
  /** null: they gave no name. */
  name: string | null;
  /** The class of their colour. */
  who: string;
  /** What they may do here. Absent: the service does not tell. */
  role?: PresenceRole;
}

export interface People {
  /** Each person once, in the order of arrival. */
  readonly here: ReadonlySignal<readonly Person[]>;
  /** Who has selected a mark, by its id. */
  readonly holders: ReadonlySignal<ReadonlyMap<string, readonly Person[]>>;
  /** What somebody is called: as they are here now, or as their token said. */
  nameOf(person: ResourcePerson): string;
  /** Whether it is whoever looks at this page, here or elsewhere. */
  isMe(person: ResourcePerson | null): boolean;
  /** The class of an author's colour; this person has none. null: nobody said who it was. */
  colorOf(author: string | null): string;
}

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Who is here, as the surface shows it. Presence changes with every move of a cursor; these change only with who is
 * here and what they have selected, so that nothing else renders anew.
 */
export function watchPeople(editor: Editor, words: Words, me: ReadonlySignal<Me>): People {
  const here = computed(() => {
    const people = new Map<string, Person>();
    for (const { connectionId, actorId, name, role } of editor.others.value) {
      const known = people.get(actorId);
      people.set(actorId, {
        connectionId: known?.connectionId ?? connectionId,
        actorId,
        name: known?.name ?? name,
        who: editor.people.colorOf(actorId),
        ...(role && { role }),
      });
    }
    return [...people.values()];
  });
  const selections = computed(() =>
    editor.others.value.map(({ actorId, state }) => [actorId, readSelection(state["selection"])] as const),
  );
  const stableHere = keepWhileSame(here);
  const stableSelections = keepWhileSame(selections);
  const holders = computed(() => {
    const people = new Map(stableHere.value.map((person) => [person.actorId, person]));
    const byMark = new Map<string, Person[]>();
    for (const [actorId, ids] of stableSelections.value) {
      const person = people.get(actorId);
      for (const id of person ? ids : []) {
        const holders = byMark.get(id) ?? [];
        if (person && !holders.includes(person)) byMark.set(id, [...holders, person]);
      }
    }
    return byMark;
  });
  // Names of those who were here are kept while the page is open.
  const names = new Map<string, string>();
  const personOf = (author: string): Person | undefined =>
    stableHere.value.find(({ actorId, name }) => actorId === author || name === author);
  return {
    here: stableHere,
    holders,
    nameOf({ id, name: known }) {
      if (id === null) return known ?? words.people.guest;
      const name = personOf(id)?.name ?? known ?? names.get(id);
      if (name !== undefined) names.set(id, name);
      return name ?? knownName({ id, name: null }) ?? words.people.guest;
    },
    isMe: (person) => person !== null && isMe(person, me.value),
    colorOf(author) {
      // As this person's own face is at the top.
      if (author === null || author === me.value.id || author === me.value.name) return "rest";
      return personOf(author)?.who ?? editor.people.colorOf(author);
    },
  };
}

/** It comes from any client: what is no list of ids is none. */
function readSelection(selection: unknown): readonly string[] {
  if (!Array.isArray(selection)) return [];
  return selection.filter((id) => typeof id === "string");
}

/** The same object as long as its content is the same, so that nobody hears of a change that is none. */
function keepWhileSame<T>(source: ReadonlySignal<T>): ReadonlySignal<T> {
  let kept: { text: string; value: T } | undefined;
  return computed(() => {
    const value = source.value;
    const text = JSON.stringify(value);
    if (kept?.text !== text) kept = { text, value };
    return kept.value;
  });
}

/** What a person is called, as far as a resource tells. null: it has no more than an id of a browser. */
export function knownName({ id, name }: ResourcePerson): string | null {
  return name ?? (id === null || ID.test(id) ? null : id);
}

/** The letter on a person's face. */
export function initialOf(name: string): string {
  const [first] = new Intl.Segmenter().segment(name.trim());
  return first?.segment.toUpperCase() ?? "?";
}
