import type { VNode } from "preact";
import { isApple } from "../../editor/is-apple.ts";
import { type KeyBinding, keymap, type KeyGroup } from "../../editor/keymap.ts";
import { toolNames } from "../../editor/tool-name.ts";
import type { Words } from "../../words/en.ts";
import { useAnnotator } from "../annotator-context.ts";
import { Dialog } from "../parts/dialog.tsx";

/** In an order that fills three columns evenly. */
const groups: readonly KeyGroup[] = ["tools", "labels", "drawing", "marks", "view", "shape"];

/** All keys, by what they are for. */
export function KeysSheet(): VNode {
  const { editor, words } = useAnnotator();
  return (
    <Dialog
      name="keys"
      title={words.keys.title}
      isOpen={editor.keysOpen.value}
      onClose={() => (editor.keysOpen.value = false)}
    >
      {() => (
        // It scrolls on small screens: the keyboard has to reach it.
        <div class="key-sheet" tabIndex={0} role="group" aria-label={words.keys.title}>
          {groups.map((group) => (
            <section key={group}>
              <h3>{words.keys.groups[group]}</h3>
              <dl>
                {keymap
                  .filter((binding) => binding.group === group && !binding.isUnlisted)
                  .map((binding) => (
                    <Entry key={binding.command} name={nameOf(binding, words)} keys={shownKeys(binding)} />
                  ))}
                {group === "drawing" && <HeldKeys />}
              </dl>
            </section>
          ))}
        </div>
      )}
    </Dialog>
  );
}

/** Keys that change what the pointer does. */
function HeldKeys(): VNode {
  const { held, grid, gridPart } = useAnnotator().words.keys;
  return (
    <>
      <Entry name={gridPart} keys={[grid.charAt(0), "…", grid.charAt(8)]} />
      <Entry name={held.straight} keys={["Shift"]} />
      <Entry name={held.fromCentre} keys={["Alt"]} />
      <Entry name={held.move} keys={["Space"]} />
      <Entry name={held.noSnap} keys={["Ctrl"]} />
    </>
  );
}

function Entry({ name, keys }: { name: string; keys: readonly string[] }): VNode {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {keys.map((key) => (
          <KeyName key={key} name={key} />
        ))}
      </dd>
    </>
  );
}

/** A key as it is written on keyboards here. `…` is none: it stands between the ends of a row. */
export function KeyName({ name }: { name: string }): VNode {
  const signs: Readonly<Record<string, string>> = useAnnotator().words.keys.signs;
  if (name === "…") return <span aria-hidden="true">…</span>;
  const shown = (isApple ? appleSigns[name] : undefined) ?? signs[name] ?? name;
  return <kbd>{shown.length === 1 ? shown.toUpperCase() : shown}</kbd>;
}

const appleSigns: Readonly<Record<string, string>> = { Ctrl: "⌘", Alt: "⌥", Shift: "⇧" };

function nameOf({ command }: KeyBinding, words: Words): string {
  for (const tool of toolNames) if (command === `tool.${tool}`) return words.tools[tool];
  const names: Readonly<Record<string, string>> = words.keys.names;
  return names[command] ?? command;
}

/** The keys of a binding: the first way, and of a row of keys only its ends. */
function shownKeys({ command, keys }: KeyBinding): string[] {
  if (command === "label") return [keys[0] ?? "", "…", keys.at(-1) ?? ""];
  const first = splitKey(keys[0] ?? "");
  const isArrow = first.at(-1)?.startsWith("Arrow") ?? false;
  if (isArrow) return [...first.slice(0, -1), "ArrowLeft", "ArrowRight"];
  return command === "turn" ? [...first, splitKey(keys[1] ?? "").at(-1) ?? ""] : first;
}

/** "Ctrl+Shift+z" in its keys. The plus itself may be one. */
function splitKey(key: string): string[] {
  return key === "+" ? ["+"] : key.split("+");
}
