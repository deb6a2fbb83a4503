import { useSignal } from "@preact/signals";
import { Fragment, type VNode } from "preact";
import { useEffect } from "preact/hooks";
import { AcetateError } from "../../../client/acetate-error.ts";
import { NAME_MAX } from "../../../protocol/limits.ts";
import type { Person } from "../../../protocol/model/person.ts";
import { gatherStretches, type Stretch } from "../../editor/past/stretches.ts";
import { useAnnotator } from "../annotator-context.ts";
import { uncoverPicture } from "../panel/uncover-picture.ts";
import { Trouble } from "../parts/trouble.tsx";
import { initialOf } from "../people.ts";
import { nameVersion, tellCounts, tellDay } from "./tell-step.ts";

/** Versions, and what happened between them, day by day. */
export function HistoryTab(): VNode {
  const { surface, words, language } = useAnnotator();
  const { past } = surface;
  const t = words.history;
  useEffect(() => past.follow(), [past]);
  const { value: timeline } = past.timeline;
  // Read, so that this renders again when it grows.
  const length = past.length.value;
  const stretches = timeline && length > 0 ? gatherStretches(timeline.steps) : [];
  return (
    <div class="rows" role="tabpanel" id="tab-panel" aria-labelledby="tab-history" tabIndex={0}>
      <KeepVersion />
      {past.error.value !== null && <Trouble error={past.error.value} own={{ not_found: t.gap }} />}
      {!timeline && past.error.value === null && (
        <p class="quietly" role="status">
          {surface.saving.isAway.value ? words.errors.reasons.network : t.reading(past.progress.value ?? 0)}
        </p>
      )}
      {groupByDay(stretches, language).map(({ day, entries }) => (
        <Fragment key={day}>
          <h2 class="day">{day}</h2>
          <ol>
            {entries.map((stretch) => (
              <Entry key={stretch.from} stretch={stretch} />
            ))}
          </ol>
        </Fragment>
      ))}
    </div>
  );
}

function Entry({ stretch }: { stretch: Stretch }): VNode {
  const { stage, surface, words, language } = useAnnotator();
  const { past } = surface;
  const t = words.history;
  const { named } = stretch;
  // What nobody is known to have done is told only where it concerns marks, or nothing else is known.
  const known = stretch.people.filter(({ who }) => who !== null);
  const people = stretch.people.filter(
    ({ who, added, removed, changed }) => who !== null || known.length === 0 || added + removed + changed > 0,
  );
  const nameOf = (who: Person | null): string => (who === null ? t.somebody : surface.people.nameOf(who));
  const first = people[0]?.who ?? null;
  const name = nameOf(first);
  const index = past.index.value;
  const isShown = index !== null && stretch.from <= index && index <= stretch.to;
  const title =
    named?.kind === "kept"
      ? nameVersion(named.version, words)
      : known.length > 1
        ? t.andOthers(name, known.length - 1)
        : name;
  const lines =
    named?.kind === "kept"
      ? [t.keptBy(named.version?.number ?? 0, name)]
      : named?.kind === "reverted"
        ? [t.wentBack(nameVersion(named.version, words))]
        : people.map((share) => {
            const counts = tellCounts(share, words);
            return people.length === 1 ? counts : t.did(nameOf(share.who), counts);
          });
  return (
    <li>
      <button
        type="button"
        class="version"
        aria-current={isShown}
        onClick={() => {
          past.comparedWith.value = stretch.from - 1;
          past.show(stretch.to);
          uncoverPicture({ stage, surface });
        }}
      >
        <span class={`face ${surface.people.colorOf(first?.id ?? null)}`} aria-hidden="true">
          {initialOf(name)}
        </span>
        <strong>{title}</strong>
        <time class="quietly" dateTime={new Date(stretch.at).toISOString()}>
          {new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(stretch.at)}
        </time>
        {lines.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </button>
    </li>
  );
}

/** Keeps the present under a name. */
function KeepVersion(): VNode | null {
  const { editor, words } = useAnnotator();
  const t = words.history;
  const label = useSignal("");
  const trouble = useSignal<AcetateError | null>(null);
  const isBusy = useSignal(false);
  if (!editor.canEdit.value) return null;
  const keep = async (): Promise<void> => {
    isBusy.value = true;
    try {
      await editor.room.versions.create(label.value.trim() || undefined);
      label.value = "";
      trouble.value = null;
    } catch (error) {
      if (!(error instanceof AcetateError)) throw error;
      trouble.value = error;
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <form
      class="keep"
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <label class="field">
        <span class="only-read">{t.label}</span>
        <input
          placeholder={t.label}
          maxLength={NAME_MAX}
          value={label.value}
          onInput={(event) => (label.value = event.currentTarget.value)}
        />
        <button class="button low edge" disabled={isBusy.value}>
          {t.keep}
        </button>
      </label>
      {trouble.value !== null && <Trouble error={trouble.value} />}
    </form>
  );
}

function groupByDay(stretches: readonly Stretch[], language: string): { day: string; entries: Stretch[] }[] {
  const days: { day: string; entries: Stretch[] }[] = [];
  for (const stretch of stretches) {
    const day = tellDay(stretch.at, language);
    const last = days.at(-1);
    if (last?.day === day) last.entries.push(stretch);
    else days.push({ day, entries: [stretch] });
  }
  return days;
}
