import { type Signal, signal } from "@preact/signals";

export type DialogName = "export" | "share" | "labels";
export type PanelTab = "marks" | "comments" | "history";

/** What is open beside the picture. Each annotator of a page has one of its own. */
export interface DialogState {
  /** The dialog that is open. Set it to open one; a part of the surface shows it. */
  readonly dialog: Signal<DialogName | null>;
  readonly tab: Signal<PanelTab>;
  /** On a phone the panel is a sheet that has to be opened. */
  readonly isPanelOpen: Signal<boolean>;
}

export function createDialogState(): DialogState {
  return {
    dialog: signal(null),
    tab: signal("marks"),
    isPanelOpen: signal(false),
  };
}
