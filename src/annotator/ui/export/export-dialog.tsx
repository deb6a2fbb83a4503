import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { useAnnotator } from "../annotator-context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { useReadable } from "../parts/use-readable.ts";
import {
  type ExportChoice,
  firstChoice,
  formats,
  hasQuality,
  isPicture,
  scales,
  toRequest,
} from "./export-options.ts";
import { ExportFoot } from "./export-foot.tsx";
import { ExportPreview } from "./export-preview.tsx";
import { ExportRun } from "./export-run.ts";

/** Makes a finished file on the service: options on one side, what comes of them on the other. */
export function ExportDialog(): VNode {
  const { surface, words } = useAnnotator();
  const { dialog } = surface.dialogs;
  return (
    <Dialog
      name="export"
      isOpen={dialog.value === "export"}
      onClose={() => (dialog.value = null)}
      title={words.exporting.title}
    >
      {() => <ExportForm />}
    </Dialog>
  );
}

function ExportForm(): VNode {
  const { editor, words } = useAnnotator();
  const t = words.exporting;
  const choice = useSignal<ExportChoice>(firstChoice);
  const run = useMemo(() => new ExportRun(editor.room), [editor]);
  useEffect(() => () => run.reset(), [run]);
  const versions = useReadable(editor.room.versions);
  const change = (changed: Partial<ExportChoice>): void => {
    run.reset();
    choice.value = { ...choice.value, ...changed };
  };
  const { format, scale, quality, versionId, notes, legend } = choice.value;
  const state = run.state.value;
  return (
    <div class="export">
      <ExportPreview state={state} scale={isPicture(choice.value) ? scale : null} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run.start(toRequest(choice.value));
        }}
      >
        <div class="dialog-body">
          <Choice
            legend={t.format}
            name="format"
            options={formats.map((value) => ({ value, label: t.formats[value] }))}
            value={format}
            onChange={(value) => change({ format: value })}
          />
          {isPicture(choice.value) && (
            <Choice
              legend={t.size}
              name="scale"
              options={scales.map((value) => ({ value, label: value === 0.5 ? "½" : `${value}×` }))}
              value={scale}
              onChange={(value) => change({ scale: value })}
            />
          )}
          {hasQuality(choice.value) && (
            <label class="line">
              <span>
                {t.quality} <output>{quality}</output>
              </span>
              <input
                type="range"
                min="1"
                max="100"
                value={quality}
                onInput={(event) => change({ quality: event.currentTarget.valueAsNumber })}
              />
            </label>
          )}
          <label class="line">
            <span>{t.version}</span>
            <select
              class="select"
              value={versionId ?? ""}
              onChange={(event) => change({ versionId: event.currentTarget.value || null })}
            >
              <option value="">{t.now}</option>
              {versions.map((version) => (
                <option key={version.id} value={version.id}>
                  {version.label ?? t.numbered(version.number)}
                </option>
              ))}
            </select>
          </label>
          {isPicture(choice.value) && (
            <div>
              <Switch label={t.notes} isOn={notes} onChange={(isOn) => change({ notes: isOn })} />
              <Switch label={t.legend} isOn={legend} onChange={(isOn) => change({ legend: isOn })} />
            </div>
          )}
        </div>
        <ExportFoot run={run} title={editor.document.value?.title ?? ""} />
      </form>
    </div>
  );
}

interface ChoiceProps<T> {
  legend: string;
  name: string;
  options: readonly { value: T; label: string }[];
  value: T;
  onChange: (value: T) => void;
}

function Choice<T extends string | number>({
  legend,
  name,
  options,
  value,
  onChange,
}: ChoiceProps<T>): VNode {
  return (
    <fieldset class="line">
      <legend>{legend}</legend>
      <div class="choice">
        {options.map((option) => (
          <label key={option.value}>
            <input
              type="radio"
              name={name}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface SwitchProps {
  label: string;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}

function Switch({ label, isOn, onChange }: SwitchProps): VNode {
  return (
    <label class="switch">
      {label}
      <input
        type="checkbox"
        role="switch"
        checked={isOn}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    </label>
  );
}
