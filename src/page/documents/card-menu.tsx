import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { Icon } from "../../annotator/ui/icon.tsx";
import { usePage } from "../page-context.ts";

interface Props {
  id: string;
  title: string;
  onRename: () => void;
  onDelete: () => void;
}

/** What can be done with a document, at its card. */
export function CardMenu({ id, title, onRename, onDelete }: Props): VNode {
  const { words } = usePage();
  const t = words.documents;
  const menu = useRef<HTMLDivElement>(null);
  const menuId = `menu-${id}`;
  const items = (): HTMLElement[] => [
    ...(menu.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? []),
  ];
  const choose = (act: () => void) => (): void => {
    menu.current?.hidePopover();
    act();
  };
  const move = (event: KeyboardEvent): void => {
    const all = items();
    const at = all.findIndex((item) => item === event.target);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    all.at(to % all.length)?.focus();
  };
  return (
    <>
      <button
        class="button low square more"
        aria-label={t.moreFor(title)}
        aria-haspopup="menu"
        popovertarget={menuId}
      >
        <Icon name="more" />
      </button>
      <div
        ref={menu}
        id={menuId}
        class="sheet menu"
        popover="auto"
        role="menu"
        aria-label={t.moreFor(title)}
        onKeyDown={move}
        onToggle={({ newState }) => {
          if (newState === "open") items()[0]?.focus();
        }}
      >
        <button class="button" role="menuitem" onClick={choose(onRename)}>
          {t.rename}
          <kbd>F2</kbd>
        </button>
        <button class="button danger" role="menuitem" onClick={choose(onDelete)}>
          {t.delete}
          <kbd>{t.deleteKey}</kbd>
        </button>
      </div>
    </>
  );
}
