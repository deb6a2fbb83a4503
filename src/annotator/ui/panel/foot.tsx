import type { VNode } from "preact";
import { useAnnotator } from "../annotator-context.ts";
import { Dot } from "../parts/dot.tsx";
import { Properties } from "./properties.tsx";

/** What is being drawn, and how to go on; otherwise the properties of the selection. */
export function Foot(): VNode | null {
  const { editor } = useAnnotator();
  if (editor.drawing.value) return <DrawingFoot />;
  return editor.selected.value.length > 0 ? <Properties /> : null;
}

function DrawingFoot(): VNode | null {
  const { editor, words } = useAnnotator();
  const drawing = editor.drawing.value;
  if (!drawing) return null;
  const { type, points, canFinish } = drawing;
  const label = editor.nextLabels.value[0];
  const kind = words.tools[type];
  return (
    <div class="foot">
      <h2>
        <Dot color={editor.style.value.color} />
        {label ?? words.tools[type]}{" "}
        <span class="quietly">
          {label === undefined
            ? words.marks.points(points)
            : words.marks.kindAndSize(kind, words.marks.points(points))}
        </span>
      </h2>
      <p class="keys">
        {canFinish && (
          <span>
            <kbd>{words.keys.signs.Enter}</kbd>
            {words.marks.finish}
          </span>
        )}
        {points > 0 && (
          <span>
            <kbd>{words.keys.signs.Backspace}</kbd>
            {words.marks.lastPoint}
          </span>
        )}
        <span>
          <kbd>{words.keys.signs.Escape}</kbd>
          {words.marks.stop}
        </span>
      </p>
    </div>
  );
}
