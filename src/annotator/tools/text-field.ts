import { batch, effect, signal } from "@preact/signals";
import { ASCENT } from "../../text/line.ts";
import type { AnnotationOf } from "../../protocol/model/annotation.ts";
import { TEXT_MAX } from "../../protocol/limits.ts";
import { draftMark, showDraft } from "../editor/draft.ts";
import type { Editor } from "../editor/editor.ts";
import { toCoordinate, toLength } from "../editor/geometry/coordinates.ts";
import { isComposing } from "../editor/is-composing.ts";
import type { Stage } from "../stage/stage-api.ts";
import type { Words } from "../words/en.ts";
import { nameMark } from "./name-mark.ts";
import { styleTextField } from "./text-look.ts";
import type { TextTarget } from "./tool-context.ts";

/** Pixels between the field and the keyboard of a phone. */
const FIELD_GAP = 12;

type TextMark = AnnotationOf<"text"> & { type: "text" };

/**
 * A text that is typed on the picture, in the fonts, at the place and of the size that it is drawn with. While the
 * field is there, the mark itself is not drawn.
 */
export class TextField {
  readonly #editor: Editor;
  readonly #stage: Stage;
  readonly #words: Words;
  readonly #service: string;
  #open: { mark: TextMark; isNew: boolean; area: HTMLTextAreaElement; close: () => void } | null = null;
  /** It was closed by the press that is being handled: that press does nothing else. */
  #justClosed = false;

  constructor(editor: Editor, stage: Stage, words: Words, service: string) {
    this.#editor = editor;
    this.#stage = stage;
    this.#words = words;
    this.#service = service;
  }

  /** Whether it is open, or was until this very press. */
  get isBusy(): boolean {
    return this.#open !== null || this.#justClosed;
  }

  open(target: TextTarget): void {
    this.close();
    const found = this.#findMark(target);
    if (!found || !this.#editor.canEdit.value) return;
    const { mark, isNew } = found;
    const area = document.createElement("textarea");
    const measure = document.createElement("div");
    area.className = "text-field";
    measure.className = "text-field measure";
    measure.setAttribute("aria-hidden", "true");
    // An empty box stands on the baseline of the first line.
    const baseline = document.createElement("span");
    baseline.className = "baseline";
    measure.append(baseline, "");
    area.value = mark.text;
    area.maxLength = TEXT_MAX;
    area.spellcheck = false;
    area.setAttribute("aria-label", this.#words.stage.text);
    this.#stage.element.append(measure, area);
    const text = signal(mark.text);
    const stop = effect(() => this.#place(mark, text.value, area, measure));
    const show = effect(() => this.#show({ ...mark, text: text.value }));
    area.addEventListener("input", () => {
      text.value = area.value;
      this.#uncover(area);
    });
    const closing = new AbortController();
    visualViewport?.addEventListener("resize", () => this.#uncover(area), { signal: closing.signal });
    area.addEventListener("blur", () => this.close());
    area.addEventListener("keydown", (event) => this.#press(event));
    // The stage would take a press in the field for one of its own.
    for (const name of ["pointerdown", "pointermove", "wheel"])
      area.addEventListener(name, (event) => event.stopPropagation());
    const close = (): void => {
      closing.abort();
      stop();
      show();
      area.remove();
      measure.remove();
    };
    this.#open = { mark, isNew, area, close };
    area.focus({ preventScroll: true });
    area.select();
    void this.#loadFonts(() => {
      if (this.#open?.area === area) this.#place(mark, area.value, area, measure);
    });
  }

  /** Ends typing, and keeps what was typed. An empty text is no mark. */
  close(): void {
    const open = this.#open;
    if (!open) return;
    this.#open = null;
    this.#justClosed = true;
    setTimeout(() => (this.#justClosed = false));
    const { mark, isNew, area } = open;
    const text = area.value.replaceAll("\0", "").toWellFormed();
    const hadFocus = area.matches(":focus");
    open.close();
    batch(() => {
      this.#editor.preview.value = new Map();
      this.#editor.drawing.value = null;
      this.#save(mark, isNew, text);
    });
    if (hadFocus) this.#stage.picture.focus({ preventScroll: true });
  }

  #save(mark: TextMark, isNew: boolean, text: string): void {
    const { room, canEdit } = this.#editor;
    const isEmpty = text.trim() === "";
    if (!canEdit.value || (isNew && isEmpty)) return;
    const now = room.annotations.get(mark.id);
    if (isEmpty) {
      if (now) room.gesture(() => room.annotations.delete(mark.id));
      this.#editor.announce((words) => words.stage.deleted(1));
      return;
    }
    if (now) {
      if (text !== mark.text) room.gesture(() => room.annotations.update(mark.id, { text }));
      return;
    }
    // A new one, or one that somebody has deleted while it was being typed in: what was typed is not lost.
    const { geometry, style, labels } = mark;
    const id = isNew ? mark.id : undefined;
    const draft = { type: "text" as const, geometry, style, labels, text, ...(id !== undefined && { id }) };
    room.gesture(() => room.annotations.create(draft));
    if (!isNew) this.#editor.tell((words) => words.stage.goneWhileDragged);
    this.#editor.announce((words) =>
      words.stage.made(nameMark({ ...mark, text }, words), this.#editor.present.value.length),
    );
  }

  #press(event: KeyboardEvent): void {
    event.stopPropagation();
    // Escape also ends what an input method composes: that one is not ours.
    if (isComposing(event)) return;
    const isEnd = event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey));
    if (!isEnd) return;
    event.preventDefault();
    this.close();
  }

  #findMark(target: TextTarget): { mark: TextMark; isNew: boolean } | null {
    const editor = this.#editor;
    if ("id" in target) {
      const mark = editor.room.annotations.get(target.id);
      return mark?.type === "text" ? { mark, isNew: false } : null;
    }
    const { x, y, width } = target;
    const place = { x: toCoordinate(x), y: toCoordinate(y) };
    const geometry = width === undefined ? place : { ...place, width: toLength(width) };
    const mark = showDraft(draftMark(editor, { type: "text", geometry }), editor.room.documentId);
    return mark.type === "text" ? { mark, isNew: true } : null;
  }

  /** Shows others what is typed; here the field is in its place. */
  #show(mark: TextMark): void {
    const hidden = { ...mark, style: { ...mark.style, opacity: 0 } };
    batch(() => {
      this.#editor.preview.value = new Map([[mark.id, hidden]]);
      this.#editor.drawing.value = { type: "text", points: 1, canFinish: mark.text.trim() !== "" };
    });
  }

  #place(mark: TextMark, text: string, area: HTMLTextAreaElement, measure: HTMLElement): void {
    const { scale } = this.#stage.view.value;
    const { geometry, style } = mark;
    const size = style.font_size * scale;
    // A last empty line has a height, too, and an empty text room for the caret.
    measure.lastChild?.remove();
    measure.append(`${text}\u200b`);
    for (const element of [area, measure]) {
      element.style.fontSize = `${size}px`;
      element.style.whiteSpace = geometry.width === undefined ? "pre" : "pre-wrap";
    }
    measure.style.inlineSize = geometry.width === undefined ? "max-content" : `${geometry.width * scale}px`;
    const { width, height, baseline } = measureBox(measure);
    area.style.inlineSize = `${Math.max(width, size / 2)}px`;
    area.style.blockSize = `${height}px`;
    const padding = styleTextField(area, style, scale);
    // Browsers round the place of the baseline in a line; the scene does not.
    const drop = size * ASCENT - baseline;
    area.style.padding = `${padding + drop}px ${padding}px ${padding - drop}px`;
    const { x, y } = this.#stage.toStage(geometry);
    area.style.transform = `translate(${x - padding}px, ${y - padding}px) rotate(${geometry.rotation ?? 0}deg)`;
  }

  /** The keyboard of a phone may cover the field: then the picture moves up. */
  #uncover(area: HTMLTextAreaElement): void {
    if (!visualViewport) return;
    const { offsetTop, height } = visualViewport;
    const { top, bottom } = area.getBoundingClientRect();
    const covered = bottom + FIELD_GAP - (offsetTop + height);
    // Of a field that is larger than what is seen, the beginning stays in sight.
    if (covered > 0) this.#stage.panBy(0, -Math.max(0, Math.min(covered, top - offsetTop - FIELD_GAP)));
  }

  async #loadFonts(loaded: () => void): Promise<void> {
    const fonts = await import("./text-fonts.ts").catch(() => null);
    if (!fonts) {
      this.#editor.notice.value = { say: sayNotLoaded, needsReload: true };
      return;
    }
    fonts.registerTextFonts(this.#service);
    await document.fonts.ready;
    loaded();
  }
}

function sayNotLoaded({ errors }: Words): string {
  return errors.reasons.load_failed;
}

/** The size of what is measured, and where its first baseline is below its top. */
function measureBox(measure: HTMLElement): { width: number; height: number; baseline: number } {
  const { width, height, top } = measure.getBoundingClientRect();
  const baseline = (measure.firstElementChild?.getBoundingClientRect().bottom ?? top) - top;
  return { width: Math.ceil(width), height, baseline };
}
