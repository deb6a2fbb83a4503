import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { LABEL_MAX } from "../../../protocol/limits.ts";
import { chosenLabels } from "../../editor/chosen-labels.ts";
import { findLabels, type FoundLabel } from "../../editor/find-labels.ts";
import { isComposing } from "../../editor/is-composing.ts";
import { useAnnotator } from "../annotator-context.ts";
import { Icon } from "../icon.tsx";
import { KeyName } from "../keys/keys-sheet.tsx";
import { Dot } from "../parts/dot.tsx";
import { closePopover, Popover } from "../parts/popover.tsx";

/** All labels, found by typing. `/` opens it. */
export function Finder(): VNode {
  const { editor, words } = useAnnotator();
  return (
    <Popover id="finder" label={words.labels.title} class="finder" open={editor.finderOpen} isKept>
      {(isOpen) => <FinderList isOpen={isOpen} />}
    </Popover>
  );
}

function FinderList({ isOpen }: { isOpen: boolean }): VNode {
  const { editor, surface, words } = useAnnotator();
  const labels = editor.labels.value;
  const chosen = chosenLabels(editor);
  const [query, setQuery] = useState("");
  const [index, setIndex] = useState(0);
  useEffect(() => {
    if (isOpen) return;
    setQuery("");
    setIndex(0);
  }, [isOpen]);
  const found = isOpen ? findLabels(labels, query) : [];
  const wanted = query.trim();
  const isNew = wanted !== "" && !labels.some(({ name }) => name === wanted);
  const count = found.length + (isNew ? 1 : 0);
  const active = Math.min(index, count - 1);

  const use = (at: number, isAdded: boolean, target: EventTarget | null): void => {
    const name = found[at]?.label.name ?? (isNew ? surface.labels.add(wanted) : undefined);
    if (name === undefined) return;
    if (isAdded) editor.toggleLabel(name);
    else editor.applyLabel(name);
    closePopover(target);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (isComposing(event)) return;
    const digit = event.altKey && /^Digit([1-9])$/.exec(event.code)?.[1];
    const label = found[active]?.label;
    if (digit && label) surface.labels.putOnKey(label.name, digit);
    else if (event.key === "ArrowDown") setIndex((active + 1) % count);
    else if (event.key === "ArrowUp") setIndex((active - 1 + count) % count);
    else if (event.key === "Enter") use(active, event.shiftKey, event.currentTarget);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <label class="field">
        <Icon name="search" small />
        <input
          type="text"
          autofocus
          role="combobox"
          aria-label={words.labels.find}
          aria-expanded={isOpen}
          aria-controls="found-labels"
          aria-activedescendant={count > 0 ? `found-${active}` : undefined}
          placeholder={words.labels.findOrAdd}
          value={query}
          maxLength={LABEL_MAX}
          autoComplete="off"
          spellcheck={false}
          onInput={({ currentTarget }) => {
            setQuery(currentTarget.value);
            setIndex(0);
          }}
          onKeyDown={onKey}
        />
      </label>
      <ul role="listbox" id="found-labels" aria-label={words.labels.title} class="rows">
        {found.map((entry, at) => (
          <LabelRow
            key={entry.label.name}
            id={`found-${at}`}
            entry={entry}
            isActive={at === active}
            isChosen={chosen.includes(entry.label.name)}
            onUse={(event) => use(at, event.shiftKey, event.currentTarget)}
          />
        ))}
        {isNew && (
          <li
            class="row"
            role="option"
            id={`found-${found.length}`}
            aria-selected={active === found.length}
            onClick={(event) => use(found.length, event.shiftKey, event.currentTarget)}
          >
            <Icon name="plus" small />
            <span class="what">{words.labels.add(wanted)}</span>
          </li>
        )}
        {count === 0 && <li class="nothing">{words.labels.none}</li>}
      </ul>
      <div class="finder-foot">
        <p class="keys">
          <span>
            <kbd>{words.keys.signs.Enter}</kbd>
            {words.labels.use}
          </span>
          <span>
            <KeyName name="Alt" />
            <kbd>1–9</kbd>
            {words.labels.keep}
          </span>
        </p>
        <button
          type="button"
          class="button low"
          onClick={({ currentTarget }) => {
            closePopover(currentTarget);
            surface.dialogs.dialog.value = "labels";
          }}
        >
          {words.labels.edit}
        </button>
      </div>
    </>
  );
}

interface LabelRowProps {
  id: string;
  entry: FoundLabel;
  isActive: boolean;
  isChosen: boolean;
  onUse: (event: MouseEvent) => void;
}

function LabelRow({ id, entry: { label, from, to }, isActive, isChosen, onUse }: LabelRowProps): VNode {
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isActive) row.current?.scrollIntoView({ block: "nearest" });
  }, [isActive]);
  return (
    <li ref={row} class="row" role="option" id={id} aria-selected={isActive} onClick={onUse}>
      <Dot color={label.color} />
      <span class="what">
        {label.name.slice(0, from)}
        {from < to && <mark>{label.name.slice(from, to)}</mark>}
        {label.name.slice(to)}
      </span>
      {isChosen && <Icon name="check" small />}
      {label.key !== null && <kbd>{label.key}</kbd>}
    </li>
  );
}
