import type { VNode } from "preact";
import { type MarkStyle, type PenName, pens } from "../../editor/mark-style.ts";
import { useAnnotator } from "../annotator-context.ts";
import { Icon } from "../icon.tsx";

interface StyleControlsProps {
  style: MarkStyle;
  onChange: (change: Partial<MarkStyle>) => void;
}

const penNames = Object.keys(pens) as PenName[];
const widths = [
  ["thin", "w1"],
  ["medium", "w2"],
  ["thick", "w3"],
] as const;

/** Pens, widths, dashes, fill, snapping: in the bar at the top, and on a phone in a sheet. */
export function StyleControls({ style, onChange }: StyleControlsProps): VNode {
  const { editor, words, language } = useAnnotator();
  const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
  return (
    <>
      <div class="pens" role="radiogroup" aria-label={words.style.color}>
        {penNames.map((pen) => (
          <button
            key={pen}
            type="button"
            class={`pen-${pen}`}
            role="radio"
            aria-checked={style.color.toLowerCase() === pens[pen]}
            aria-label={words.style.pens[pen]}
            data-tip={words.style.pens[pen]}
            onClick={() => onChange({ color: pens[pen] })}
          />
        ))}
      </div>
      <span class="divider" />
      <div class="widths">
        {widths.map(([width, icon]) => (
          <Toggle
            key={width}
            name={words.style[width]}
            icon={icon}
            isOn={style.width === width}
            onClick={() => onChange({ width })}
          />
        ))}
        <Toggle
          name={words.style.dashed}
          icon="dash"
          isOn={style.dashed}
          onClick={() => onChange({ dashed: !style.dashed })}
        />
      </div>
      <span class="divider" />
      <label>
        <Icon name="fill" />
        <input
          type="range"
          min="0"
          max="100"
          step="5"
          value={Math.round(style.fill * 100)}
          aria-label={words.style.fill}
          aria-valuetext={percent.format(style.fill)}
          onInput={({ currentTarget }) => onChange({ fill: currentTarget.valueAsNumber / 100 })}
          onKeyDown={(event) => event.key.startsWith("Arrow") && event.stopPropagation()}
        />
        <output>{percent.format(style.fill)}</output>
      </label>
      <Toggle
        name={words.style.snap}
        icon="magnet"
        isOn={editor.isSnapping.value}
        onClick={() => (editor.isSnapping.value = !editor.isSnapping.value)}
      />
    </>
  );
}

interface ToggleProps {
  name: string;
  icon: string;
  isOn: boolean;
  onClick: () => void;
}

function Toggle({ name, icon, isOn, onClick }: ToggleProps): VNode {
  return (
    <button
      type="button"
      class="button square"
      aria-label={name}
      data-tip={name}
      aria-pressed={isOn}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
