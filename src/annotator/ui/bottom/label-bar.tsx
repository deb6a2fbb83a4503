import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { chosenLabels } from "../../editor/chosen-labels.ts";
import { describeMark } from "../../editor/describe-mark.ts";
import type { LabelView } from "../../editor/label-view.ts";
import { useAnnotator } from "../annotator-context.ts";
import { Icon } from "../icon.tsx";
import { Dot } from "../parts/dot.tsx";
import { useEdgeFade } from "../parts/use-edge-fade.ts";
import { useRoving } from "../parts/use-roving.ts";
import { Finder } from "./finder.tsx";

/** The labels, with the keys that give them: to the selection, or else to the next mark. */
export function LabelBar(): VNode {
  const { editor, words } = useAnnotator();
  const bar = useRef<HTMLDivElement>(null);
  useRoving(bar);
  useEdgeFade(bar);
  const all = editor.labels.value;
  const chosen = chosenLabels(editor);
  const mark = editor.selected.value.at(-1);
  return (
    <div class="sheet labels">
      <div
        ref={bar}
        class="label-list"
        role="toolbar"
        aria-label={mark ? words.labels.of(describeMark(mark, words).name) : words.labels.next}
      >
        {inOrderOfKeys(all, chosen).map((label) => (
          <LabelButton key={label.name} label={label} isChosen={chosen.includes(label.name)} />
        ))}
      </div>
      <button
        type="button"
        class="button"
        popovertarget="finder"
        aria-label={all.length === 0 ? words.labels.addFirst : words.labels.all(all.length)}
        aria-keyshortcuts="/"
      >
        {all.length === 0 && <Icon name="plus" small />}
        <span class="wide">{all.length === 0 ? words.labels.addFirst : words.labels.count(all.length)}</span>
        <Icon name="search" />
        <kbd aria-hidden="true">/</kbd>
      </button>
      <Finder />
    </div>
  );
}

/** Where a label stands: those with a key come first, in the order of keys. */
function placeOf({ key }: LabelView): number {
  return key === null ? Number.MAX_SAFE_INTEGER : Number.parseInt(key, 36);
}

/** Labels that have a key, in the order of keys, and those that are chosen; the others are in the finder. */
function inOrderOfKeys(all: readonly LabelView[], chosen: readonly string[]): LabelView[] {
  return all
    .filter((label) => label.key !== null || chosen.includes(label.name))
    .sort((a, b) => placeOf(a) - placeOf(b));
}

function LabelButton({ label, isChosen }: { label: LabelView; isChosen: boolean }): VNode {
  const { editor } = useAnnotator();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isChosen) button.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [isChosen]);
  return (
    <button
      ref={button}
      type="button"
      class="label"
      aria-pressed={isChosen}
      aria-keyshortcuts={label.key ?? undefined}
      onClick={({ shiftKey }) => (shiftKey ? editor.toggleLabel(label.name) : editor.applyLabel(label.name))}
    >
      {label.key !== null && <kbd aria-hidden="true">{label.key}</kbd>}
      <Dot color={label.color} />
      {label.name}
    </button>
  );
}
