import type { VNode } from "preact";
import { useAnnotator } from "../annotator-context.ts";
import { OwnName } from "./own-name.tsx";
import { Popover } from "../parts/popover.tsx";
import { initialOf, type Person } from "../people.ts";

/** As many as have room; a phone shows one less. */
const FACES_MAX = 3;

/** Who else is here. A click follows a person: the view goes where theirs goes. */
export function PeopleHere(): VNode {
  const { surface, words } = useAnnotator();
  const people = surface.people.here.value;
  const isAway = surface.saving.isAway.value;
  if (isAway || people.length === 0) {
    return (
      <div class="faces">
        <OwnName />
        <span class="quietly wide">{words.people.onlyYou}</span>
      </div>
    );
  }
  // One face takes no more room than "+1".
  const shown = people.length <= FACES_MAX ? people : people.slice(0, FACES_MAX - 1);
  const hidden = people.length - shown.length;
  const hiddenOnPhone = people.length - FACES_MAX + 1;
  return (
    <div class="faces" role="group" aria-label={words.people.here(people.length)}>
      <OwnName />
      {shown.map((person, index) => (
        <Face key={person.actorId} person={person} isWide={index >= FACES_MAX - 1} />
      ))}
      {hidden > 0 && <RestButton count={hidden} name="wide" />}
      {hiddenOnPhone > 0 && <RestButton count={hiddenOnPhone} name="dock" />}
      <Popover id="all-people" label={words.people.here(people.length)} class="people">
        {() => people.map((person) => <PersonEntry key={person.actorId} person={person} />)}
      </Popover>
    </div>
  );
}

function Face({ person, isWide }: { person: Person; isWide: boolean }): VNode {
  const { editor, words } = useAnnotator();
  const name = person.name ?? words.people.guest;
  const isFollowed = editor.following.value === person.connectionId;
  const role = person.role && words.share.kinds[person.role].title;
  const does = isFollowed ? words.people.unfollow(name) : words.people.follow(name);
  const title = role === undefined ? does : `${does} (${role})`;
  return (
    <button
      type="button"
      class={`face ${person.who}${isWide ? " wide" : ""}`}
      aria-label={title}
      aria-pressed={isFollowed}
      data-tip={title}
      onClick={() => (editor.following.value = isFollowed ? null : person.connectionId)}
    >
      {initialOf(name)}
    </button>
  );
}

function RestButton({ count, name }: { count: number; name: "wide" | "dock" }): VNode {
  const { words } = useAnnotator();
  return (
    <button
      type="button"
      class={`face rest ${name}`}
      popovertarget="all-people"
      aria-label={words.people.more(count)}
    >
      +{count}
    </button>
  );
}

function PersonEntry({ person }: { person: Person }): VNode {
  const { editor, words } = useAnnotator();
  const name = person.name ?? words.people.guest;
  const isFollowed = editor.following.value === person.connectionId;
  return (
    <button
      type="button"
      class="entry"
      aria-pressed={isFollowed}
      onClick={() => (editor.following.value = isFollowed ? null : person.connectionId)}
    >
      <span class={`face small ${person.who}`} aria-hidden="true">
        {initialOf(name)}
      </span>
      <span class="grow">{name}</span>
      {person.role && <span class="quietly">{words.share.kinds[person.role].title}</span>}
      <span class="quietly">{isFollowed ? words.people.following : words.people.followShort}</span>
    </button>
  );
}
