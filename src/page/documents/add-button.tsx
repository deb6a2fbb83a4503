import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { Icon } from "../../annotator/ui/icon.tsx";
import { usePage } from "../page-context.ts";

/** Chooses files. */
export function AddButton({ onAdd }: { onAdd: (files: Iterable<File>) => void }): VNode {
  const { words } = usePage();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button class="button ink" onClick={() => input.current?.click()}>
        <Icon name="upload" />
        {words.documents.add}
      </button>
      <input
        ref={input}
        type="file"
        accept="image/*"
        multiple
        hidden
        onChange={(event) => {
          onAdd(Array.from(event.currentTarget.files ?? []));
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}
