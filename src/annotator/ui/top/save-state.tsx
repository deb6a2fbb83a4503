import type { VNode } from "preact";
import type { SaveState as State } from "../../editor/save-state.ts";
import type { Words } from "../../words/en.ts";
import { useAnnotator } from "../annotator-context.ts";
import { Icon } from "../icon.tsx";

/** The state of this person's work: an icon and words, never a colour alone. */
export function SaveState(): VNode {
  const { editor, surface, words } = useAnnotator();
  const state = surface.saving.state.value;
  const isPast = editor.moment.value !== null;
  const isViewing = !isPast && !editor.access.value.canEdit;
  // Who only looks has nothing to save: only what is wrong is told.
  const isQuiet = state.kind === "saved" || state.kind === "opening";
  return (
    <>
      {isViewing && (
        <p class="badge">
          <Icon name="eye" small />
          <span>{words.status.viewOnly}</span>
        </p>
      )}
      {isPast && (
        <p class="badge">
          <Icon name="history" small />
          <span>{words.status.past}</span>
        </p>
      )}
      <p
        class="save"
        role="status"
        data-state={state.kind}
        title={tellState(state, words)}
        hidden={isQuiet && (isViewing || isPast || state.kind === "opening")}
      >
        <Icon name={iconOf(state)} small />
        <span>{tellState(state, words)}</span>
      </p>
    </>
  );
}

function iconOf({ kind }: State): string {
  switch (kind) {
    case "saved":
    case "opening":
      return "saved";
    case "saving":
    case "waiting":
      return "clock";
    case "offline":
      return "offline";
    case "shut":
      return "lock";
    case "conflict":
    case "refused":
    case "unkept":
      return "warn";
  }
}

function tellState(state: State, { status }: Words): string {
  switch (state.kind) {
    case "saved":
      return status.saved;
    case "opening":
      return status.opening;
    case "saving":
      return status.saving;
    case "waiting":
      return status.waiting(state.count);
    case "offline":
      return state.count === 0 ? status.offline : status.offlineWith(state.count);
    case "conflict":
      return status.conflict(state.count);
    case "refused":
      return status.refusedChanges(state.count);
    case "unkept":
      return status.unkept(state.count);
    case "shut":
      return state.kept === 0 ? status.shut : status.shutWith(state.kept);
  }
}
