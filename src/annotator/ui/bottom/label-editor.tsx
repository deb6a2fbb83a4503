import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { LABEL_MAX } from "../../../protocol/limits.ts";
import { isComposing } from "../../editor/is-composing.ts";
import type { LabelView } from "../../editor/label-view.ts";
import { type PenName, pens } from "../../editor/mark-style.ts";
import { useAnnotator } from "../annotator-context.ts";
import { Icon } from "../icon.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Dot } from "../parts/dot.tsx";
import { Field } from "../parts/field.tsx";
import { closePopover, Popover } from "../parts/popover.tsx";
import { type DraftLabel, draftLabels, saveLabels } from "./save-labels.ts";

/** The keys that labels may have. */
const labelKeys = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

/** The dialog in which the document's labels are named, coloured, put on keys and in order. */
export function LabelEditor(): VNode {
  const { surface, words } = useAnnotator();
  const { dialog } = surface.dialogs;
  return (
    <Dialog
      name="labels"
      title={words.labels.editTitle}
      isOpen={dialog.value === "labels"}
      onClose={() => (dialog.value = null)}
    >
      {() => <LabelForm />}
    </Dialog>
  );
}

function LabelForm(): VNode {
  const { editor, surface, words } = useAnnotator();
  const { labels, dialogs } = surface;
  const [draft, setDraft] = useState<readonly DraftLabel[]>(() => draftLabels(editor.labels.value));
  const [added, setAdded] = useState("");
  const change = (index: number, patch: Partial<LabelView>): void =>
    setDraft(
      draft.map((label, at) => {
        if (at === index) return { ...label, ...patch };
        // A key gives one label only.
        return patch.key && label.key === patch.key ? { ...label, key: null } : label;
      }),
    );
  const move = (index: number, by: number): void => {
    const next = [...draft];
    next.splice(index + by, 0, ...next.splice(index, 1));
    setDraft(next);
  };
  const names = draft.map(({ name }) => name.trim()).filter(Boolean);
  const twice = names.find((name, at) => names.indexOf(name) < at);
  const add = (): void => {
    const name = added.trim();
    if (name === "" || names.includes(name)) return;
    const colors = Object.values(pens);
    setDraft([
      ...draft,
      { was: null, name, color: colors[draft.length % colors.length] ?? pens.ruby, key: null },
    ]);
    setAdded("");
  };
  const save = (): void => {
    saveLabels(editor, labels, draft);
    dialogs.dialog.value = null;
  };
  return (
    <form
      method="dialog"
      onSubmit={(event) => {
        event.preventDefault();
        if (twice === undefined) save();
      }}
    >
      <div class="dialog-body">
        <ul class="label-rows">
          {draft.map((label, index) => (
            <LabelLine
              key={label.was ?? `new ${label.name}`}
              index={index}
              count={draft.length}
              label={label}
              isTwice={label.name.trim() === twice}
              onChange={(patch) => change(index, patch)}
              onMove={(by) => move(index, by)}
              onRemove={() => setDraft(draft.filter((_, at) => at !== index))}
            />
          ))}
        </ul>
        <Field icon="plus" label={words.labels.newName}>
          <input
            type="text"
            placeholder={words.labels.newName}
            value={added}
            maxLength={LABEL_MAX}
            onInput={({ currentTarget }) => setAdded(currentTarget.value)}
            onBlur={add}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || isComposing(event) || added.trim() === "") return;
              event.preventDefault();
              add();
            }}
          />
        </Field>
        <p class="quietly" role="status">
          {twice === undefined ? words.labels.editHint : words.labels.twice(twice)}
        </p>
      </div>
      <div class="dialog-foot">
        <button type="button" class="button edge" onClick={() => (dialogs.dialog.value = null)}>
          {words.labels.cancel}
        </button>
        <button type="submit" class="button ink" disabled={twice !== undefined}>
          {words.labels.save}
        </button>
      </div>
    </form>
  );
}

interface LabelLineProps {
  index: number;
  count: number;
  label: DraftLabel;
  isTwice: boolean;
  onChange: (patch: Partial<LabelView>) => void;
  onMove: (by: number) => void;
  onRemove: () => void;
}

function LabelLine({ index, count, label, isTwice, onChange, onMove, onRemove }: LabelLineProps): VNode {
  const { words } = useAnnotator();
  const { name, color, key } = label;
  return (
    <li class="label-row">
      <button
        type="button"
        class="button square low"
        popovertarget={`pens-${index}`}
        aria-label={words.labels.colorOf(name)}
      >
        <Dot color={color} />
      </button>
      <Popover id={`pens-${index}`} label={words.labels.colorOf(name)} class="pen-menu">
        {() => <PenChoice color={color} onChoose={(next) => onChange({ color: next })} />}
      </Popover>
      <label class="field">
        <span class="only-read">{words.labels.name}</span>
        <input
          type="text"
          value={name}
          maxLength={LABEL_MAX}
          aria-invalid={isTwice}
          onInput={({ currentTarget }) => onChange({ name: currentTarget.value })}
        />
      </label>
      <select
        class="select"
        aria-label={words.labels.keyOf(name)}
        value={key ?? ""}
        onChange={({ currentTarget }) => onChange({ key: currentTarget.value || null })}
      >
        <option value="">{words.labels.noKey}</option>
        {labelKeys.map((digit) => (
          <option key={digit} value={digit}>
            {digit}
          </option>
        ))}
      </select>
      <button
        type="button"
        class="button square low"
        disabled={index === 0}
        aria-label={words.labels.moveUp(name)}
        onClick={() => onMove(-1)}
      >
        <Icon name="up" small />
      </button>
      <button
        type="button"
        class="button square low"
        disabled={index === count - 1}
        aria-label={words.labels.moveDown(name)}
        onClick={() => onMove(1)}
      >
        <Icon name="down" small />
      </button>
      <button
        type="button"
        class="button square low"
        aria-label={words.labels.remove(name)}
        onClick={onRemove}
      >
        <Icon name="trash" small />
      </button>
    </li>
  );
}

/** The ten pens, and any other colour. */
function PenChoice({ color, onChoose }: { color: string; onChoose: (color: string) => void }): VNode {
  const { words } = useAnnotator();
  return (
    <>
      <div class="pens" role="radiogroup" aria-label={words.style.color}>
        {(Object.keys(pens) as PenName[]).map((pen) => (
          <button
            key={pen}
            type="button"
            class={`pen-${pen}`}
            role="radio"
            aria-checked={color === pens[pen]}
            aria-label={words.style.pens[pen]}
            onClick={({ currentTarget }) => {
              onChoose(pens[pen]);
              closePopover(currentTarget);
            }}
          />
        ))}
      </div>
      <label class="other-color">
        {words.style.other}
        <input type="color" value={color} onInput={({ currentTarget }) => onChoose(currentTarget.value)} />
      </label>
    </>
  );
}
