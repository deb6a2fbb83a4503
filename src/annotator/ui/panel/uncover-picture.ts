import type { AnnotatorContext } from "../annotator-context.ts";

/** As in the styles: a lower window is a phone that is held crosswise. */
const LOW = 480;

/** Closes the panel where it takes the place of the picture, as on a phone. Beside the picture of a tablet it stays. */
export function uncoverPicture({ stage, surface }: Pick<AnnotatorContext, "stage" | "surface">): void {
  const { element } = stage;
  // The padding is what sheets cover at the sides.
  const isBeside = Number.parseFloat(getComputedStyle(element).paddingInlineEnd) > 0;
  if (isBeside && element.clientHeight > LOW) return;
  surface.dialogs.isPanelOpen.value = false;
}
