import { useComputed } from "@preact/signals";
import type { VNode } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { useAnnotator } from "../annotator-context.ts";
import { Icon } from "../icon.tsx";
import { KeyName } from "../keys/keys-sheet.tsx";
import { Dot } from "../parts/dot.tsx";
import { closePopover, Popover } from "../parts/popover.tsx";
import { useReadable } from "../parts/use-readable.ts";
import { useRoving } from "../parts/use-roving.ts";
import { StyleControls } from "../top/style-controls.tsx";
import { useShownScale } from "./use-shown-scale.ts";

/** Each press of + or − zooms by this. */
const ZOOM_STEP = 1.25;

/** Undo, redo and zoom; on a phone the style, too. */
export function ViewBar(): VNode {
  const { editor, stage, words } = useAnnotator();
  const bar = useRef<HTMLDivElement>(null);
  useRoving(bar);
  const canUndo = useReadable(editor.room.history.canUndo);
  const canRedo = useReadable(editor.room.history.canRedo);
  const canEdit = editor.canEdit.value;
  const zoomBy = (factor: number): void => stage.zoomTo(stage.view.peek().scale * factor);
  return (
    <div ref={bar} class="sheet view above" role="toolbar" aria-label={words.tools.view}>
      {canEdit && (
        <>
          <button
            type="button"
            class="button square"
            aria-label={words.tools.undo}
            aria-keyshortcuts="Control+Z"
            data-tip={words.tools.undo}
            disabled={!canUndo}
            onClick={() => editor.undo()}
          >
            <Icon name="undo" turns />
          </button>
          <button
            type="button"
            class="button square"
            aria-label={words.tools.redo}
            aria-keyshortcuts="Control+Shift+Z"
            data-tip={words.tools.redo}
            disabled={!canRedo}
            onClick={() => editor.redo()}
          >
            <Icon name="redo" turns />
          </button>
          <StyleButton />
          <span class="divider wide" />
        </>
      )}
      <button
        type="button"
        class="button square wide"
        aria-label={words.tools.zoomOut}
        data-tip={words.tools.zoomOut}
        onClick={() => zoomBy(1 / ZOOM_STEP)}
      >
        <Icon name="minus" />
      </button>
      <ZoomButton />
      <button
        type="button"
        class="button square wide"
        aria-label={words.tools.zoomIn}
        data-tip={words.tools.zoomIn}
        onClick={() => zoomBy(ZOOM_STEP)}
      >
        <Icon name="plus" />
      </button>
      <button
        type="button"
        class="button square wide"
        aria-label={words.keys.title}
        aria-keyshortcuts="?"
        data-tip={words.keys.title}
        onClick={() => (editor.keysOpen.value = true)}
      >
        <Icon name="keys" />
      </button>
      <ZoomMenu />
    </div>
  );
}

/** Tells the scale. It renders once: a zoom changes only its text and its name. */
function ZoomButton(): VNode {
  const { stage, words, language } = useAnnotator();
  const format = useMemo(
    () => new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 }),
    [language],
  );
  const scale = useShownScale(stage);
  const percent = useComputed(() => format.format(scale.value));
  const name = useComputed(() => words.tools.zoom(percent.value));
  return (
    <button type="button" class="button wide percent" popovertarget="zoom-menu" aria-label={name}>
      <span>
        <span class="figure">{percent}</span>
      </span>
    </button>
  );
}

/** Where the view can go at once. */
function ZoomMenu(): VNode {
  const { editor, stage, words } = useAnnotator();
  const entries = [
    { name: words.tools.zoomFit, keys: ["Shift", "1"], run: () => stage.fit() },
    { name: words.tools.zoomFull, keys: ["Shift", "0"], run: () => stage.zoomTo(1) },
    {
      name: words.tools.zoomSelection,
      keys: ["Shift", "2"],
      run: () => fitSelection(),
      isOff: editor.selection.value.length === 0,
    },
  ];
  const fitSelection = (): void => {
    const boxes = editor.selection.value.flatMap((id) => stage.boundsOf(id) ?? []);
    if (boxes.length === 0) return;
    stage.fitTo({
      left: Math.min(...boxes.map((box) => box.left)),
      top: Math.min(...boxes.map((box) => box.top)),
      right: Math.max(...boxes.map((box) => box.right)),
      bottom: Math.max(...boxes.map((box) => box.bottom)),
    });
  };
  return (
    <Popover id="zoom-menu" label={words.tools.zoomMenu} role="menu">
      {() =>
        entries.map(({ name, keys, run, isOff = false }) => (
          <button
            key={name}
            type="button"
            role="menuitem"
            class="entry"
            disabled={isOff}
            onClick={({ currentTarget }) => {
              run();
              closePopover(currentTarget);
            }}
          >
            <span class="grow">{name}</span>
            {keys.map((key) => (
              <KeyName key={key} name={key} />
            ))}
          </button>
        ))
      }
    </Popover>
  );
}

/** On a phone the style is a sheet of its own. */
function StyleButton(): VNode {
  const { editor, words } = useAnnotator();
  return (
    <>
      <button
        type="button"
        class="button square dock"
        popovertarget="style-sheet"
        aria-label={words.style.title}
      >
        <Dot color={editor.shownStyle.value.color} />
      </button>
      <Popover id="style-sheet" label={words.style.title} class="style-sheet">
        {() => (
          <StyleControls style={editor.shownStyle.value} onChange={(change) => editor.applyStyle(change)} />
        )}
      </Popover>
    </>
  );
}
