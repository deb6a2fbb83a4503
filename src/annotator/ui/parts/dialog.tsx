import type { ComponentChildren, VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useAnnotator } from "../annotator-context.ts";
import { Icon } from "../icon.tsx";

interface DialogProps {
  /** The id of the element. */
  name: string;
  isOpen: boolean;
  onClose: () => void;
  title: string;
  /** Rendered while it is open. */
  children: () => ComponentChildren;
}

/** A native dialog. Escape and a click beside it close it. */
export function Dialog({ name, isOpen, onClose, title, children }: DialogProps): VNode {
  const { words } = useAnnotator();
  const element = useRef<HTMLDialogElement>(null);
  // At once: a key that is pressed right after is not for the dialog any more.
  useLayoutEffect(() => {
    if (isOpen) element.current?.showModal();
    else element.current?.close();
  }, [isOpen]);
  return (
    <dialog
      ref={element}
      id={name}
      aria-labelledby={`${name}-name`}
      onClose={() => isOpen && onClose()}
      onClick={(event) => event.target === element.current && onClose()}
      onKeyDown={(event) => event.stopPropagation()}
    >
      {isOpen && (
        <div class="dialog-inside">
          <div class="dialog-head">
            <h2 id={`${name}-name`}>{title}</h2>
            <button type="button" class="button square" aria-label={words.keys.close} onClick={onClose}>
              <Icon name="x" />
            </button>
          </div>
          {children()}
        </div>
      )}
    </dialog>
  );
}
