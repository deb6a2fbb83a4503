import type { Hands } from "./hands.ts";
import { countKeys, type Frame, type Place, planArrows, planGrid } from "./plan-keys.ts";
import { LABELS, type Target } from "./task.ts";

/** Where the picture is: the frame, and its corner on the screen. */
export interface Setting extends Frame {
  left: number;
  top: number;
}

/** A way to draw and label all boxes of the task. */
export type Flow = (hands: Hands, task: readonly Target[], setting: Setting) => Promise<void>;

/** Acetate without a mouse. The crosshair begins in the middle, and goes by whatever takes fewer keys. */
export const acetateByKeys: Flow = (hands, task, setting) => drawByKeys(hands, task, setting, true);
/** The same with arrow keys only. */
export const acetateByArrows: Flow = (hands, task, setting) => drawByKeys(hands, task, setting, false);

async function drawByKeys(
  hands: Hands,
  task: readonly Target[],
  setting: Setting,
  hasGrid: boolean,
): Promise<void> {
  let at: Place = { x: Math.round(setting.width / 2), y: Math.round(setting.height / 2) };
  const go = async (to: Place): Promise<void> => {
    const plans = [planArrows(at, to, setting), ...(hasGrid ? [planGrid(to, setting)] : [])];
    const [best] = plans.sort((a, b) => countKeys(a.keys) - countKeys(b.keys));
    if (!best) return;
    for (const { keys, modifier } of best.keys) await hands.press(keys, modifier);
    at = best.at;
  };
  await hands.press(hasGrid ? ["b", "g"] : ["b"]);
  const choose = labelChooser(hands);
  for (const { x, y, width, height, label } of task) {
    await hands.think();
    await choose(label);
    await go({ x, y });
    await hands.press(["Enter"]);
    await go({ x: x + width, y: y + height });
    await hands.press(["Enter"]);
  }
}

/** Acetate with a mouse: the tool stays on, a digit is pressed where the label changes, each box is one drag. */
export const acetateByMouse: Flow = async (hands, task, setting) => {
  await hands.press(["b"]);
  const choose = labelChooser(hands);
  for (const target of task) {
    await hands.think();
    await choose(target.label);
    await drag(hands, target, setting);
  }
};

/**
 * CVAT as its documentation has it: Ctrl and a digit set the label of the next shape
 * (https://docs.cvat.ai/docs/annotation/annotation-editor/objects-sidebar/, "Fast label change"), N begins each one,
 * and two clicks place its corners (https://docs.cvat.ai/docs/annotation/manual-annotation/shapes/shape-mode-basics/).
 */
export const cvatByMouse: Flow = async (hands, task, setting) => {
  let label: string | undefined;
  for (const target of task) {
    await hands.think();
    if (target.label !== label) await hands.press([digitOf(target.label)], "Control");
    ({ label } = target);
    await hands.press(["n"]);
    await hands.point(...toScreen(setting, target.x, target.y));
    await hands.click();
    await hands.point(...toScreen(setting, target.x + target.width, target.y + target.height));
    await hands.click();
  }
};

/**
 * Label Studio as it is set up at first: a digit chooses the label, a drag draws, and the label is off again
 * (https://labelstud.io/guide/hotkeys, "Enable hotkeys for labels" and "Keep label selected after creating a region").
 */
export const labelStudioByMouse: Flow = async (hands, task, setting) => {
  for (const target of task) {
    await hands.think();
    await hands.press([digitOf(target.label)]);
    await drag(hands, target, setting);
  }
};

/** Label Studio with "Keep label selected after creating a region" on. */
export const labelStudioKept: Flow = async (hands, task, setting) => {
  const choose = labelChooser(hands);
  for (const target of task) {
    await hands.think();
    await choose(target.label);
    await drag(hands, target, setting);
  }
};

/** Presses a label's digit where it is another one than before. */
function labelChooser(hands: Hands): (label: string) => Promise<void> {
  let before: string | undefined;
  return async (label) => {
    if (label !== before) await hands.press([digitOf(label)]);
    before = label;
  };
}

async function drag(hands: Hands, { x, y, width, height }: Target, setting: Setting): Promise<void> {
  await hands.point(...toScreen(setting, x, y));
  await hands.down();
  await hands.point(...toScreen(setting, x + width, y + height));
  await hands.up();
}

function digitOf(label: string): string {
  return String(LABELS.indexOf(label) + 1);
}

function toScreen({ left, top, scale }: Setting, x: number, y: number): [number, number] {
  return [left + x * scale, top + y * scale];
}
