import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useAnnotator } from "../annotator-context.ts";
import type { DialogName } from "../dialog-state.ts";
import { Icon } from "../icon.tsx";

interface DialogProps {
  name: DialogName;
  title: string;
  /** Rendered while it is open. */
  children: () => ComponentChildren;
}

/** A native dialog that is open while `dialogs.dialog` has its name. A click beside it closes it, as Escape does. */
export function Dialog({ name, title, children }: DialogProps): VNode {
  const { surface, words } = useAnnotator();
  const { dialog } = surface.dialogs;
  const isOpen = dialog.value === name;
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isOpen) element.current?.showModal();
    else element.current?.close();
  }, [isOpen]);
  const close = (): void => {
    if (dialog.peek() === name) dialog.value = null;
  };
  return (
    <dialog
      ref={element}
      id={name}
      aria-labelledby={`${name}-name`}
      onClose={close}
      onClick={(event) => event.target === element.current && close()}
      onKeyDown={(event) => event.stopPropagation()}
    >
      {isOpen && (
        <div class="dialog-inside">
          <div class="dialog-head">
            <h2 id={`${name}-name`}>{title}</h2>
            <button type="button" class="button square" aria-label={words.keys.close} onClick={close}>
              <Icon name="x" />
            </button>
          </div>
          {children()}
        </div>
      )}
    </dialog>
  );
}
