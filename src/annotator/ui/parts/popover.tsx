import { effect, type Signal } from "@preact/signals";
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

interface PopoverProps {
  /** Of the element, for `popovertarget` of the button that opens it. */
  id: string;
  label: string;
  role?: "dialog" | "menu";
  class?: string;
  /** Follows whether it is open, and opens it. */
  open?: Signal<boolean>;
  /** Rendered while it is open; with `isKept` always, so that an `autofocus` in it has the very next key. */
  children: (isOpen: boolean) => ComponentChildren;
  isKept?: boolean;
}

const GAP = 8;

/**
 * A native popover beside the button that opens it; on a phone a sheet from below. It gets the focus, keeps keys to
 * itself, and gives the focus back.
 */
export function Popover({
  id,
  label,
  role = "dialog",
  class: name = "",
  open,
  isKept = false,
  children,
}: PopoverProps): VNode {
  const element = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  /** It is on its way already. */
  const isClosing = useRef(false);

  useEffect(() => {
    const popover = element.current;
    if (!popover) return;
    const render = (event: ToggleEvent): void => {
      setOpen(event.newState === "open");
      if (event.newState === "open" || !open) return;
      // At once: the key that opens it again may come before `toggle`.
      isClosing.current = true;
      open.value = false;
      isClosing.current = false;
    };
    // Only when it is done: `open` opens it, and one that is about to open must not be opened.
    const tell = (event: ToggleEvent): void => {
      if (open) open.value = event.newState === "open";
    };
    popover.addEventListener("beforetoggle", render);
    popover.addEventListener("toggle", tell);
    return () => {
      popover.removeEventListener("beforetoggle", render);
      popover.removeEventListener("toggle", tell);
    };
  }, [open]);
  useEffect(
    // At once, unlike useSignalEffect: the key after the one that opened it may come within the same frame.
    () =>
      effect(() => {
        const isWanted = open?.value;
        const popover = element.current;
        if (isClosing.current) return;
        if (isWanted === undefined || !popover || popover.matches(":popover-open") === isWanted) return;
        popover.togglePopover(isWanted);
      }),
    [open],
  );
  useEffect(() => {
    const popover = element.current;
    if (!isOpen || !popover) return;
    placeBeside(popover, findButton(popover));
    const first =
      popover.querySelector<HTMLElement>("[autofocus]") ??
      popover.querySelector<HTMLElement>("[aria-checked=true], :checked") ??
      popover.querySelector<HTMLElement>("button, input, [tabindex]");
    first?.focus();
  }, [isOpen]);

  return (
    <div
      ref={element}
      id={id}
      popover="auto"
      role={role}
      aria-label={label}
      class={`sheet menu ${name}`}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (role === "menu") moveFocus(event);
      }}
    >
      {(isOpen || isKept) && children(isOpen)}
    </div>
  );
}

/** Closes the popover that an element is in. */
export function closePopover(target: EventTarget | null): void {
  if (target instanceof Element) target.closest<HTMLElement>("[popover]")?.hidePopover();
}

function findButton(popover: HTMLElement): HTMLElement | null {
  const root = popover.getRootNode();
  return root instanceof ShadowRoot || root instanceof Document
    ? root.querySelector<HTMLElement>(`[popovertarget="${popover.id}"]`)
    : null;
}

/** Above or below the button, wherever there is more room; along its edge, and inside of the window. */
export function placeBeside(popover: HTMLElement, button: HTMLElement | null): void {
  const anchor = button?.getBoundingClientRect();
  if (!anchor) return;
  const { offsetWidth: width, offsetHeight: height } = popover;
  const { clientWidth, clientHeight } = document.documentElement;
  const isBelow = anchor.top < clientHeight - anchor.bottom;
  const isMirrored = getComputedStyle(popover).direction === "rtl";
  // It opens towards the middle of the window.
  const middle = (anchor.left + anchor.right) / 2;
  const startsLeft = isMirrored ? middle < clientWidth / 3 : middle < (clientWidth * 2) / 3;
  const left = startsLeft ? anchor.left : anchor.right - width;
  const top = isBelow ? anchor.bottom + GAP : anchor.top - GAP - height;
  popover.style.left = `${Math.max(GAP, Math.min(left, clientWidth - width - GAP))}px`;
  popover.style.top = `${Math.max(GAP, Math.min(top, clientHeight - height - GAP))}px`;
}

/** In a menu arrow keys go from one entry to the next. */
function moveFocus(event: KeyboardEvent): void {
  if (!(event.currentTarget instanceof HTMLElement)) return;
  const entries = [...event.currentTarget.querySelectorAll<HTMLElement>("[role^=menuitem]:not(:disabled)")];
  const index = entries.findIndex((entry) => entry === event.target);
  const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: entries.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  entries.at(next % entries.length)?.focus();
}
