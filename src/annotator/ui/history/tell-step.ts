import type { Counts } from "../../editor/past/stretches.ts";
import { isSame } from "../../../client/annotations/patch.ts";
import { contentOf } from "../../editor/past/differences.ts";
import type { MarkChange, Step } from "../../editor/past/timeline.ts";
import type { Words } from "../../words/en.ts";
import { describeMark } from "../../editor/describe-mark.ts";

/** What happened at a step: "Jonas moved Bridge" without the name of who did it. */
export function tellStep(step: Step, words: Words): string {
  const t = words.history;
  const { marks, version } = step;
  const mark = marks[0]?.after ?? marks[0]?.before;
  const name = mark ? describeMark(mark, words).name : "";
  switch (step.kind) {
    case "added":
      return t.added(name);
    case "removed":
      return t.removed(name);
    case "changed":
      return isMove(marks[0]) ? t.moved(name) : t.changed(name);
    case "several":
      return t.several(marks.length);
    case "document":
      return t.document;
    case "kept":
      return t.keptVersion(nameVersion(version, words));
    case "reverted":
      return t.wentBack(nameVersion(version, words));
  }
}

/** Whether it changed where the mark is, and nothing else. */
function isMove(change: MarkChange | undefined): boolean {
  if (!change?.before || !change.after) return false;
  const { geometry: from, ...before } = contentOf(change.before);
  const { geometry: to, ...after } = contentOf(change.after);
  return isSame(before, after) && !isSame(from, to);
}

export function nameVersion(version: Step["version"], words: Words): string {
  return version?.label ?? words.history.version(version?.number ?? 0);
}

/** "2 added, 1 moved, 1 removed". */
export function tellCounts({ added, removed, changed }: Counts, words: Words): string {
  const t = words.history;
  const parts = [
    ...(added > 0 ? [t.countAdded(added)] : []),
    ...(changed > 0 ? [t.countChanged(changed)] : []),
    ...(removed > 0 ? [t.countRemoved(removed)] : []),
  ];
  return parts.length > 0 ? parts.join(", ") : t.document;
}

/** "Yesterday, 16:42". */
export function tellTime(at: number, language: string): string {
  const time = new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(at);
  return `${tellDay(at, language)}, ${time}`;
}

/** "Today", "Yesterday", or "Monday, 23 November". */
export function tellDay(at: number, language: string, now = Date.now()): string {
  const days = Math.round((startOfDay(now) - startOfDay(at)) / 86_400_000);
  if (days < 2) {
    const text = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(-days, "day");
    return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
  }
  return new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" }).format(at);
}

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}
