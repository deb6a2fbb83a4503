import type { VNode } from "preact";
import { countMarks } from "../../editor/past/stretches.ts";
import type { Step } from "../../editor/past/timeline.ts";

/** As many bars as fit, and the size of the drawing. */
const BARS = 125;
const WIDTH = 1_000;
const HEIGHT = 32;

/** How much happened when: a bar for each stretch of steps, and a stamp for each version. */
export function ActivityBars({ steps, index }: { steps: readonly Step[]; index: number }): VNode {
  const amounts = Array.from({ length: BARS }, () => 0);
  for (const [at, step] of steps.entries()) {
    const bar = Math.floor((at * BARS) / steps.length);
    const { added, removed, changed } = countMarks(step);
    amounts[bar] = (amounts[bar] ?? 0) + Math.max(1, added + removed + changed);
  }
  const highest = Math.max(...amounts, 1);
  const pitch = WIDTH / BARS;
  const pathOf = (isPast: boolean): string =>
    amounts
      .map((amount, bar) => {
        if ((bar * steps.length) / BARS <= index !== isPast) return "";
        // Where nothing happened there is a thin line all the same.
        const height = Math.max(1.5, (amount / highest) * (HEIGHT - 8));
        return `M${bar * pitch} ${HEIGHT - height}h${pitch * 0.5}V${HEIGHT}h${-pitch * 0.5}z`;
      })
      .join("");
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path class="past" d={pathOf(true)} />
      <path d={pathOf(false)} />
      {steps.map((step, at) => {
        if (step.kind !== "kept") return null;
        const x = ((at + 1) / steps.length) * WIDTH;
        return <path key={step.seq} class="stamp" d={`M${x} 0l4 4-4 4-4-4z`} />;
      })}
    </svg>
  );
}
