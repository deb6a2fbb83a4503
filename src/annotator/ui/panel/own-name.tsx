import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { NAME_MAX } from "../../../protocol/limits.ts";
import { useAnnotator } from "../annotator-context.ts";
import { closePopover, Popover } from "../parts/popover.tsx";
import { initialOf } from "../people.ts";

/** This person's own face, and the name that others see. */
export function OwnName(): VNode | null {
  const { options, words } = useAnnotator();
  const { name, rename } = options;
  const t = words.people;
  const typed = useSignal(name ?? "");
  if (rename === null) return null;
  return (
    <>
      <button
        type="button"
        class="face rest"
        popovertarget="own-name"
        aria-label={`${t.you}: ${name ?? t.guest}`}
        data-tip={`${t.you}: ${name ?? t.guest}`}
      >
        {initialOf(name ?? t.you)}
      </button>
      <Popover id="own-name" label={t.yourName}>
        {() => (
          <form
            class="own-name"
            onSubmit={(event) => {
              event.preventDefault();
              closePopover(event.currentTarget);
              const wanted = typed.value.trim();
              if (wanted !== "" && wanted !== name) rename(wanted);
            }}
          >
            <label class="line">
              <span>{t.yourName}</span>
              <span class="field">
                <input
                  autofocus
                  maxLength={NAME_MAX}
                  value={typed.value}
                  onInput={(event) => (typed.value = event.currentTarget.value)}
                />
                <button class="button ink low">{t.saveName}</button>
              </span>
            </label>
            <p class="quietly">{t.yourNameHint}</p>
          </form>
        )}
      </Popover>
    </>
  );
}
