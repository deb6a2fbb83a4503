import type { AnnotationDraft } from "../../protocol/model/annotation.ts";
import { PASTE_MAX, readClipping, writeClipping } from "../editor/clipboard.ts";
import { showDraft } from "../editor/draft.ts";
import type { Editor } from "../editor/editor.ts";
import { boundsOfFrame, frameAround, frameOf } from "../editor/geometry/frame.ts";
import { addMarks, deleteSelected } from "../editor/mark-commands.ts";
import type { Stage } from "../stage/stage-api.ts";

/** Stage pixels between a mark and its copy. */
export const COPY_SHIFT = 16;

/**
 * Copies and pastes marks by the system's clipboard, so that they get from one document into another. The browser's own
 * events need no permission.
 */
export class ClipboardKeys {
  readonly #editor: Editor;
  readonly #stage: Stage;
  /** The text that was pasted last, and how often: each copy is moved a step further. */
  #pasted = { text: "", times: 0 };

  constructor(editor: Editor, stage: Stage) {
    this.#editor = editor;
    this.#stage = stage;
  }

  /** @param isMine whether the event is for this annotator, and not for a field */
  listen(isMine: (event: Event) => boolean): () => void {
    const ending = new AbortController();
    const { signal } = ending;
    const take = (name: "copy" | "cut"): void =>
      document.addEventListener(
        name,
        (event) => {
          if (!isMine(event) || this.#editor.selected.value.length === 0) return;
          if (name === "cut" && !this.#editor.canEdit.value) return;
          event.preventDefault();
          event.clipboardData?.setData("text/plain", this.#write());
          if (name === "cut") deleteSelected(this.#editor);
        },
        { signal },
      );
    take("copy");
    take("cut");
    document.addEventListener(
      "paste",
      (event) => {
        if (!isMine(event) || !this.#editor.canEdit.value) return;
        // A picture that is pasted is for others.
        if (this.#pasteText(event.clipboardData?.getData("text/plain") ?? "")) event.preventDefault();
      },
      { signal },
    );
    return () => ending.abort();
  }

  #write(): string {
    const marks = this.#editor.selected.value;
    const text = writeClipping(marks);
    this.#pasted = { text, times: 0 };
    this.#editor.announce((words) => words.stage.copied(marks.length));
    return text;
  }

  #pasteText(text: string): boolean {
    const clipping = readClipping(text);
    if ("refused" in clipping) {
      if (clipping.refused === "tooMany") this.#editor.tell((words) => words.stage.tooManyToPaste(PASTE_MAX));
      else this.#editor.announce((words) => words.stage.nothingToPaste);
      return false;
    }
    const { marks } = clipping;
    this.#pasted = { text, times: this.#pasted.text === text ? this.#pasted.times + 1 : 1 };
    addMarks(this.#editor, marks, this.#findShift(marks));
    this.#editor.announce((words) => words.stage.pasted(marks.length));
    return true;
  }

  /** A step away from the originals; what would be off the picture comes to the middle of the view. */
  #findShift(marks: readonly AnnotationDraft[]): [dx: number, dy: number] {
    const frames = marks.map((draft) => frameOf(showDraft(draft, ""), undefined));
    const frame = frameAround(frames);
    const step = (COPY_SHIFT * this.#pasted.times) / this.#stage.view.value.scale;
    if (!frame) return [step, step];
    const { left, top, right, bottom } = boundsOfFrame(frame);
    const { width, height } = this.#stage.size.value;
    const isOnPicture = right + step > 0 && bottom + step > 0 && left + step < width && top + step < height;
    if (isOnPicture) return [step, step];
    const { x, y } = this.#stage.seen.value;
    return [x - frame.cx, y - frame.cy];
  }
}
