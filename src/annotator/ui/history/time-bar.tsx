import { effect, useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { restoreMarks } from "../../editor/past/restore.ts";
import type { Step } from "../../editor/past/timeline.ts";
import { useAnnotator } from "../annotator-context.ts";
import { Icon } from "../icon.tsx";
import { tellTrouble } from "../parts/tell-trouble.ts";
import { ActivityBars } from "./activity-bars.tsx";
import { drawDifferences } from "./draw-differences.ts";
import { nameVersion, tellCounts, tellStep, tellTime } from "./tell-step.ts";

/** A playing history takes about this long, and each step is seen. */
const PLAY_MS = 12_000;
const STEP_MIN_MS = 60;

/** The bar of time: in place of the labels while the past is shown. */
export function TimeBar(): VNode | null {
  const { surface } = useAnnotator();
  const { past } = surface;
  const timeline = past.timeline.value;
  const index = past.index.value;
  if (!timeline || index === null) return null;
  return <Bar steps={timeline.steps} index={index} />;
}

function Bar({ steps, index }: { steps: readonly Step[]; index: number }): VNode {
  const { editor, stage, surface, words, language } = useAnnotator();
  const { past } = surface;
  const t = words.history;
  const bar = useRef<HTMLElement>(null);
  const isPlaying = useSignal(false);
  const length = past.length.value;
  const step = steps[index];
  const { value: differences } = past.differences;
  const { value: changers } = past.changers;
  const nameOf = (who: Step["who"]): string => (who === null ? t.somebody : surface.people.nameOf(who));
  /** Who made a difference. */
  const tellName = (who: Step["who"]): string => (past.isEarlier.value ? t.later(nameOf(who)) : nameOf(who));

  useEffect(() => {
    const { current: covering } = bar;
    if (!covering) return undefined;
    const observer = new ResizeObserver(() => coverBottom(stage.element, covering));
    observer.observe(covering);
    return () => {
      observer.disconnect();
      stage.element.style.paddingBlockEnd = "";
    };
  }, [stage]);

  useEffect(() => {
    if (!differences) return undefined;
    const tellWho = (markId: string): string | null => {
      const who = changers.get(markId) ?? null;
      return who && tellName(who);
    };
    const drawn = drawDifferences(differences, stage, tellWho);
    const stop = effect(() => {
      drawn.place(stage.scale.value);
    });
    return () => {
      stop();
      drawn.remove();
    };
  }, [differences, changers, stage]);

  useEffect(() => {
    if (!isPlaying.value) return undefined;
    const pause = Math.max(STEP_MIN_MS, PLAY_MS / Math.max(1, length));
    const timer = setInterval(() => {
      const next = (past.index.peek() ?? -1) + 1;
      if (next >= past.length.peek()) isPlaying.value = false;
      else past.show(next);
    }, pause);
    return () => clearInterval(timer);
  }, [isPlaying.value, length, past]);

  const play = (): void => {
    if (!isPlaying.value && index >= length - 1) past.show(-1);
    isPlaying.value = !isPlaying.value;
  };
  const restore = async (): Promise<void> => {
    const wanted = past.timeline.peek()?.marksAt(index);
    const version = step?.kind === "kept" ? step.version : undefined;
    const name = tellTime(step?.at ?? Date.now(), language);
    past.backToNow();
    try {
      if (version) await editor.room.versions.revert(version.id);
      else if (wanted) await restoreMarks(editor.room, wanted);
      surface.notices.tell({ key: "restored", icon: "history", title: t.restored(name) });
    } catch (error) {
      tellTrouble(surface.notices, words, { key: "restored", title: t.notRestored }, error);
    }
  };
  const counts = differences && {
    added: differences.added.length,
    removed: differences.removed.length,
    changed: differences.changed.length,
  };
  const people = past.shares.value;
  const versions = steps.flatMap((one, at) => (one.kind === "kept" ? [{ at, one }] : []));
  const when = step ? tellTime(step.at, language) : t.beginning;
  const told = step ? tellStep(step, words) : "";
  const what = step && step.who !== null ? t.did(nameOf(step.who), told) : told;

  return (
    <section
      ref={bar}
      class="sheet time"
      aria-label={t.time}
      onKeyDown={(event) => {
        if (event.key === "Escape") past.backToNow();
        event.stopPropagation();
      }}
    >
      <div class="when">
        <button
          type="button"
          class="button edge square"
          aria-label={isPlaying.value ? t.pause : t.play}
          aria-pressed={isPlaying.value}
          onClick={play}
        >
          <Icon name={isPlaying.value ? "pause" : "play"} />
        </button>
        <p>
          <strong>{when}</strong> <span class="quietly">{what}</span>
        </p>
        {counts && (
          <ul class="legend" aria-label={t.signs}>
            <Sign name="added" sign="+" text={t.countAdded(counts.added)} />
            <Sign name="gone" sign="−" text={t.countRemoved(counts.removed)} />
            <Sign name="moved" sign="→" text={t.countChanged(counts.changed)} />
          </ul>
        )}
        {people.some((share) => share.who !== null) && (
          <ul class="legend by-whom" aria-label={t.byWhom}>
            {people.map((share) => (
              <li key={share.who?.id}>{t.did(tellName(share.who), tellCounts(share, words))}</li>
            ))}
          </ul>
        )}
        <span class="divider" />
        <label class="quietly">
          {t.comparedWith}{" "}
          <select
            class="select bare"
            value={past.comparedWith.value}
            onChange={(event) => (past.comparedWith.value = Number(event.currentTarget.value))}
          >
            {!isListed(past.comparedWith.value, versions) && (
              <option value={past.comparedWith.value}>{t.before}</option>
            )}
            <option value={-1}>{t.beginning}</option>
            {versions.map(({ at, one }) => (
              <option key={at} value={at}>
                {nameVersion(one.version, words)}
              </option>
            ))}
          </select>
        </label>
        {editor.access.value.canEdit && (
          <button type="button" class="button edge" onClick={() => void restore()}>
            {t.restore}
          </button>
        )}
        <button type="button" class="button ink" onClick={() => past.backToNow()}>
          {t.backToNow}
        </button>
      </div>
      <div class="track">
        <ActivityBars steps={steps.slice(0, length)} index={index} />
        <input
          type="range"
          min={-1}
          max={length - 1}
          value={index}
          aria-label={t.point}
          aria-valuetext={`${when}, ${what}${counts ? `, ${tellCounts(counts, words)}` : ""}`}
          onInput={(event) => past.show(event.currentTarget.valueAsNumber)}
        />
      </div>
    </section>
  );
}

/** The picture is fitted above the bar. */
function coverBottom(stage: HTMLElement, bar: HTMLElement): void {
  const covered = stage.getBoundingClientRect().bottom - bar.getBoundingClientRect().top;
  stage.style.paddingBlockEnd = `${Math.max(0, Math.round(covered))}px`;
}

function isListed(at: number, versions: readonly { at: number }[]): boolean {
  return at === -1 || versions.some((version) => version.at === at);
}

function Sign({ name, sign, text }: { name: string; sign: string; text: string }): VNode {
  return (
    <li>
      <span class={`sign ${name}`} aria-hidden="true">
        {sign}
      </span>
      {text}
    </li>
  );
}
