import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { usePage } from "../page-context.ts";

/** Takes files that are dropped or pasted anywhere on the page. */
export function DropArea({ onFiles }: { onFiles: (files: Iterable<File>) => void }): VNode | null {
  const { words } = usePage();
  const [count, setCount] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    const on = <K extends keyof WindowEventMap>(
      name: K,
      listener: (event: WindowEventMap[K]) => void,
    ): void => addEventListener(name, listener, { signal: stop.signal });
    on("dragover", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      // Some browsers only tell how many there are when they are let go.
      setCount(Math.max(1, event.dataTransfer.items.length));
    });
    on("dragleave", (event) => {
      // It left the window, not only one of its elements.
      if (event.relatedTarget === null) setCount(0);
    });
    on("drop", (event) => {
      setCount(0);
      const files = Array.from(event.dataTransfer?.files ?? []);
      if (files.length === 0) return;
      event.preventDefault();
      onFiles(files);
    });
    on("paste", (event) => {
      const files = Array.from(event.clipboardData?.files ?? []);
      if (files.length > 0) onFiles(files);
    });
    return () => stop.abort();
  }, [onFiles]);
  if (count === 0) return null;
  return (
    <div class="drop" role="status">
      <div class="sheet">
        <strong>{words.documents.drop(count)}</strong>
        <span class="quietly">{words.documents.dropHint}</span>
        <svg class="pegs" aria-hidden="true">
          <use href="#i-pegs" />
        </svg>
      </div>
    </div>
  );
}
