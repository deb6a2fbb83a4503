import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { usePage } from "../page-context.ts";
import { type Dropped, readDropped } from "./read-dropped.ts";

interface Props {
  onDrop: (dropped: Dropped) => void;
  /** Pictures from the clipboard, which have no names of their own. */
  onPaste: (files: readonly File[]) => void;
  /** A link or a text was dropped, and nothing else. */
  onText: () => void;
}

/** Takes files that are dropped or pasted anywhere on the page. */
export function DropArea({ onDrop, onPaste, onText }: Props): VNode | null {
  const { words } = usePage();
  /** How many are dragged; null: nothing, NaN: nobody knows. */
  const [count, setCount] = useState<number | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    const on = <K extends keyof WindowEventMap>(
      name: K,
      listener: (event: WindowEventMap[K]) => void,
    ): void => addEventListener(name, listener, { signal: stop.signal });
    /** Something of this page itself is dragged, such as a card's link. */
    let isOurs = false;
    on("dragstart", () => (isOurs = true));
    on("dragend", () => (isOurs = false));
    on("dragover", (event) => {
      if (isField(event.target)) return;
      // A browser would open what is dropped, and leave this page.
      event.preventDefault();
      if (!event.dataTransfer) return;
      if (isOurs) event.dataTransfer.dropEffect = "none";
      else if (hasFiles(event.dataTransfer)) setCount(countFiles(event.dataTransfer));
    });
    on("dragleave", (event) => {
      // It left the window, not only one of its elements.
      if (event.relatedTarget === null) setCount(null);
    });
    on("drop", (event) => {
      setCount(null);
      if (isField(event.target) || !event.dataTransfer) return;
      event.preventDefault();
      if (isOurs) return;
      if (hasFiles(event.dataTransfer)) void readDropped(event.dataTransfer).then(onDrop);
      else onText();
    });
    on("paste", (event) => {
      const files = Array.from(event.clipboardData?.files ?? []);
      if (files.length > 0) onPaste(files);
    });
    return () => stop.abort();
  }, [onDrop, onPaste, onText]);
  if (count === null) return null;
  return (
    <div class="drop" role="status">
      <div class="sheet">
        <strong>{Number.isNaN(count) ? words.documents.dropSome : words.documents.drop(count)}</strong>
        <span class="quietly">{words.documents.dropHint}</span>
        <svg class="pegs" aria-hidden="true">
          <use href="#i-pegs" />
        </svg>
      </div>
    </div>
  );
}

function hasFiles(transfer: DataTransfer): boolean {
  return transfer.types.includes("Files");
}

/** NaN: some browsers only tell when they are let go, and what has no type may be a folder. */
function countFiles({ items }: DataTransfer): number {
  const isKnown = items.length > 0 && Array.from(items).every(({ type }) => type !== "");
  return isKnown ? items.length : NaN;
}

/** Texts may be dropped where one writes. */
function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement;
}
