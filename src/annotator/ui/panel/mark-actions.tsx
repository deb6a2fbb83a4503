import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import type { Annotation } from "../../../protocol/model/annotation.ts";
import { isLocked } from "../../editor/editor.ts";
import { changeStack, deleteSelected, duplicateSelected, setLocked } from "../../editor/mark-commands.ts";
import type { StackingMove } from "../../editor/stacking.ts";
import { useAnnotator } from "../annotator-context.ts";
import { Icon } from "../icon.tsx";
import { closePopover, Popover } from "../parts/popover.tsx";
import { useRoving } from "../parts/use-roving.ts";

/** A copy is put this part of the picture's longer side beside its original. */
const COPY_SHARE = 1 / 60;

const moves: readonly StackingMove[] = ["toFront", "forward", "backward", "toBack"];

/** What can be done with the selected marks, as a row of buttons. */
export function MarkActions({ marks }: { marks: readonly Annotation[] }): VNode {
  const { editor, stage, words } = useAnnotator();
  const bar = useRef<HTMLDivElement>(null);
  useRoving(bar);
  const ids = marks.map(({ id }) => id);
  const areLocked = marks.every(isLocked);
  const areHidden = ids.every((id) => editor.hidden.value.has(id));
  const by = Math.round(editor.side * COPY_SHARE);
  return (
    <div ref={bar} class="mark-actions above" role="toolbar" aria-label={words.marks.actions}>
      <Action
        name={areLocked ? words.marks.unlock : words.marks.lock}
        icon={areLocked ? "unlock" : "lock"}
        keys="Alt+L"
        run={() => setLocked(editor, marks, !areLocked)}
      />
      <Action
        name={areHidden ? words.marks.show : words.marks.hide}
        icon={areHidden ? "eye" : "eye-off"}
        keys="Alt+H"
        run={() => (areHidden ? editor.show(ids) : editor.hide(ids))}
      />
      <button
        type="button"
        class="button square"
        popovertarget="stack-menu"
        aria-label={words.marks.order}
        data-tip={words.marks.order}
        disabled={areLocked}
      >
        <Icon name="layers" />
      </button>
      <Popover id="stack-menu" label={words.marks.order} role="menu">
        {() =>
          moves.map((move) => (
            <button
              key={move}
              type="button"
              role="menuitem"
              class="entry"
              onClick={({ currentTarget }) => {
                changeStack(editor, move, (id) => stage.boundsOf(id));
                closePopover(currentTarget);
              }}
            >
              {words.keys.names[move]}
            </button>
          ))
        }
      </Popover>
      <Action
        name={words.marks.duplicate}
        icon="copy"
        keys="Control+D"
        run={() => duplicateSelected(editor, [by, by])}
      />
      <span class="grow" />
      <Action
        name={words.marks.delete}
        icon="trash"
        keys="Delete"
        isOff={areLocked}
        isDanger
        run={() => deleteSelected(editor)}
      />
    </div>
  );
}

interface ActionProps {
  name: string;
  icon: string;
  keys: string;
  isOff?: boolean;
  isDanger?: boolean;
  run: () => void;
}

function Action({ name, icon, keys, isOff = false, isDanger = false, run }: ActionProps): VNode {
  return (
    <button
      type="button"
      class={isDanger ? "button square danger" : "button square"}
      aria-label={name}
      aria-keyshortcuts={keys}
      data-tip={name}
      disabled={isOff}
      onClick={run}
    >
      <Icon name={icon} />
    </button>
  );
}
