import { containsBounds } from "../../../scene/bounds.ts";
import { boundsOfFrame, frameAround } from "../../editor/geometry/frame.ts";
import { frameSelected, selectableMarks } from "../../editor/mark-commands.ts";
import type { Point as StagePoint } from "../../stage/stage-api.ts";
import { type Aim, clickReach, isNear, type Tool } from "../tool.ts";
import type { ToolContext } from "../tool-context.ts";
import { applyTransform, dragHandle, type DragStart } from "./drag-handle.ts";
import { findHandle, type Handle } from "./handles.ts";
import { MarkDrag } from "./mark-drag.ts";
import type { SelectedHandles } from "./selected-handles.ts";

/** Milliseconds between two clicks that are one double click. */
const DOUBLE_CLICK_MS = 400;

/** What the button that is down does. */
type Hold =
  | { kind: "click"; aim: Aim; hits: readonly string[]; isDouble: boolean }
  | { kind: "marquee"; aim: Aim; before: readonly string[] }
  | { kind: "move" | "handle"; aim: Aim; drag: MarkDrag; start: DragStart; handle: Handle | null };

/** Selects marks, moves them, and changes them by their handles. */
export class SelectTool implements Tool {
  readonly #context: ToolContext;
  readonly #selected: SelectedHandles;
  #hold: Hold | null = null;
  /** The last click, to tell a second one at the same place. */
  #lastClick: { on: StagePoint; at: number } | null = null;

  constructor(context: ToolContext, selected: SelectedHandles) {
    this.#context = context;
    this.#selected = selected;
  }

  press(aim: Aim): void {
    const { editor, stage } = this.#context;
    this.#selected.isTouch.value = aim.isTouch;
    const handle = this.#handleAt(aim);
    if (handle) {
      this.#holdHandle(handle, aim);
      return;
    }
    this.#selected.corner.value = null;
    const hits = stage.hitTest(aim.on);
    if (hits.length === 0) {
      this.#hold = { kind: "marquee", aim, before: aim.isConstrained ? editor.selection.value : [] };
      return;
    }
    const last = this.#lastClick;
    const isDouble =
      last !== null &&
      performance.now() - last.at < DOUBLE_CLICK_MS &&
      isNear(last.on, aim.on, clickReach(aim));
    const isOnSelected = hits.some((id) => editor.selection.value.includes(id));
    const [smallest] = hits;
    if (!isOnSelected && !aim.isConstrained && smallest !== undefined) {
      editor.select([smallest]);
      // This press has chosen: the same place again goes on to the next one.
      this.#hold = { kind: "click", aim, hits: [], isDouble };
    } else this.#hold = { kind: "click", aim, hits, isDouble };
  }

  drag(aim: Aim): void {
    const hold = this.#hold;
    if (!hold) return;
    if (hold.kind === "click" && !isNear(hold.aim.on, aim.on, clickReach(aim)))
      this.#beginMove(hold.aim, hold.hits);
    const now = this.#hold;
    if (now?.kind === "marquee") this.#dragMarquee(now, aim);
    else if (now?.kind === "move") this.#dragMove(now, aim);
    else if (now?.kind === "handle" && now.handle) {
      this.#dragHandle(now.drag, now.handle, now.start, aim);
    }
  }

  release(aim: Aim): void {
    const hold = this.#hold;
    this.#hold = null;
    this.#context.guides.clear();
    if (!hold) return;
    if (hold.kind === "click") this.#click(hold);
    else if (hold.kind === "marquee") this.#endMarquee(hold, aim);
    else if (hold.kind === "handle" && isNear(hold.aim.on, aim.on, 1) && hold.handle?.kind !== "between")
      hold.drag.cancel();
    else this.#endDrag(hold);
  }

  hover(aim: Aim): void {
    const { stage } = this.#context;
    const handle = this.#handleAt(aim);
    const cursor = handle ? this.#cursorOf(handle) : stage.hitTest(aim.on).length > 0 ? "move" : "";
    stage.element.dataset["cursor"] = cursor;
  }

  drop(): void {
    this.cancel();
  }

  /** What is dragged stays where it is: the page may be closed, or the key was Enter. */
  finish(): boolean {
    const hold = this.#hold;
    if (hold?.kind !== "move" && hold?.kind !== "handle") return false;
    this.#hold = null;
    this.#context.guides.clear();
    this.#endDrag(hold);
    return true;
  }

  takeBack(): boolean {
    return false;
  }

  cancel(): boolean {
    const hold = this.#hold;
    this.#hold = null;
    this.#context.guides.clear();
    if (!hold) return false;
    if (hold.kind === "marquee") this.#context.editor.select(hold.before);
    if (hold.kind === "move" || hold.kind === "handle") hold.drag.cancel();
    return hold.kind !== "click";
  }

  #handleAt(aim: Aim): Handle | undefined {
    return findHandle(this.#selected.handles.value, aim.on, this.#selected.sizes.value.reach);
  }

  #holdHandle(handle: Handle, aim: Aim): void {
    const { stage } = this.#context;
    const on = stage.toImage(handle.on);
    const start = this.#start(aim, [on.x - aim.at[0], on.y - aim.at[1]]);
    if (!start) return;
    const { id, at } = "id" in handle ? handle : { id: "", at: 0 };
    if (id !== "") this.#selected.corner.value = { id, at };
    const drag = this.#drag(start);
    this.#hold = { kind: "handle", aim, drag, start, handle };
    // A middle that is only clicked makes a corner, too.
    if (handle.kind === "between") this.#dragHandle(drag, handle, start, aim);
  }

  #dragHandle(drag: MarkDrag, handle: Handle, start: DragStart, aim: Aim): void {
    const snap = (held: Aim): Aim["at"] => this.#context.guides.snap(held, start.ids);
    drag.show(dragHandle(handle, start, aim, snap));
  }

  #beginMove(aim: Aim, hits: readonly string[]): void {
    const { editor } = this.#context;
    const [smallest] = hits;
    const isOnSelected = hits.some((id) => editor.selection.value.includes(id));
    if (hits.length > 0 && !isOnSelected && smallest !== undefined) {
      editor.select(aim.isConstrained ? [...editor.selection.value, smallest] : [smallest]);
    }
    const start = this.#start(aim, [0, 0]);
    this.#hold = start && { kind: "move", aim, drag: this.#drag(start), start, handle: null };
  }

  #start(aim: Aim, grip: [number, number]): DragStart | null {
    const { editor, stage } = this.#context;
    const frames = frameSelected(editor, (id) => stage.boundsOf(id));
    const frame = frameAround([...frames.values()]);
    const marks = editor.selected.value;
    if (!frame) return null;
    return {
      frames,
      ids: new Set(frames.keys()),
      frame,
      text: marks.length === 1 && marks[0]?.type === "text" ? marks[0] : undefined,
      cornered: this.#selected.cornered.value,
      grip,
      from: aim.at,
    };
  }

  #drag(start: DragStart): MarkDrag {
    return new MarkDrag(this.#context.editor, [...start.frames.keys()], () => this.cancel());
  }

  #dragMove({ drag, start }: Extract<Hold, { kind: "move" | "handle" }>, aim: Aim): void {
    let [dx, dy] = [aim.at[0] - start.from[0], aim.at[1] - start.from[1]];
    if (aim.isConstrained) {
      if (Math.abs(dx) < Math.abs(dy)) dx = 0;
      else dy = 0;
    }
    const { left, top, right, bottom } = boundsOfFrame(start.frame);
    const bounds = { left: left + dx, top: top + dy, right: right + dx, bottom: bottom + dy };
    const snapped = this.#context.guides.snapMove(aim, bounds, start.ids);
    drag.show(applyTransform(start, { kind: "move", dx: dx + snapped.dx, dy: dy + snapped.dy }));
  }

  #endDrag({ drag, handle }: Extract<Hold, { kind: "move" | "handle" }>): void {
    drag.end();
    // A press on a middle has made a corner: it is the one that was dragged.
    if (handle?.kind === "between") this.#selected.corner.value = { id: handle.id, at: handle.at };
  }

  /** A click on what is selected goes on to the next mark at this place, or opens the only one. */
  #click({ aim, hits, isDouble }: Extract<Hold, { kind: "click" }>): void {
    const { editor, editText } = this.#context;
    const before = this.#lastClick;
    this.#lastClick = { on: aim.on, at: performance.now() };
    const [only, ...others] = editor.selection.value;
    if (aim.isConstrained) {
      this.#toggle(hits);
      return;
    }
    if (isDouble && only !== undefined && others.length === 0 && this.#open(only, hits, editText)) return;
    if (hits.length === 0) return;
    const isAgain = before !== null && isNear(before.on, aim.on, clickReach(aim));
    const at = isAgain && others.length === 0 ? hits.indexOf(only ?? "") : -1;
    const next = hits[(at + 1) % hits.length];
    if (next !== undefined && (next !== only || others.length > 0)) editor.select([next]);
  }

  /** What a double click does: types in a text, or changes between corners and frame. */
  #open(id: string, hits: readonly string[], editText: ToolContext["editText"]): boolean {
    const { editor } = this.#context;
    const mark = editor.room.annotations.get(id);
    if (mark?.type === "text" && editor.canEdit.value) {
      editText({ id });
      return true;
    }
    // Where several marks lie, a second click goes through them.
    if (hits.length > 1) return false;
    this.#selected.wantsFrame.value = !this.#selected.wantsFrame.value;
    return true;
  }

  #toggle(hits: readonly string[]): void {
    const { editor } = this.#context;
    const selection = editor.selection.value;
    const [smallest] = hits;
    if (smallest === undefined) return;
    if (selection.includes(smallest)) editor.select(selection.filter((id) => id !== smallest));
    else editor.select([...selection, smallest]);
  }

  #dragMarquee({ aim: from, before }: Extract<Hold, { kind: "marquee" }>, aim: Aim): void {
    if (isNear(from.on, aim.on, clickReach(aim))) return;
    const { editor, stage, guides } = this.#context;
    const box = guides.showBox(from.at, aim.at);
    const inside = selectableMarks(editor).flatMap(({ id }) => {
      const bounds = stage.boundsOf(id);
      return bounds && containsBounds(box, bounds) ? id : [];
    });
    const ids = [...before.filter((id) => !inside.includes(id)), ...inside];
    const now = editor.selection.value;
    if (ids.length !== now.length || ids.some((id, at) => id !== now[at])) editor.select(ids);
  }

  #endMarquee({ aim: from, before }: Extract<Hold, { kind: "marquee" }>, aim: Aim): void {
    const isClick = isNear(from.on, aim.on, clickReach(aim));
    if (isClick) this.#context.editor.select(before);
    this.#lastClick = null;
  }

  #cursorOf(handle: Handle): string {
    if (handle.kind === "turn") return "turn";
    if (handle.kind !== "frame") return "corner";
    const { across, down } = handle.handle;
    const angle = (Math.atan2(down, across) * 180) / Math.PI + (this.#selected.frame.value?.rotation ?? 0);
    const cursors = ["ew", "nwse", "ns", "nesw"];
    return cursors[((Math.round(angle / 45) % 4) + 4) % 4] ?? "ew";
  }
}
