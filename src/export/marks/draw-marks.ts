import { NOTES_MAX } from "../../protocol/limits.ts";
import type { SceneOptions } from "../export-scene.ts";
import type { Bounds } from "../../scene/bounds.ts";
import type { Drawing } from "../../scene/draw-annotation.ts";
import { badgeDigitsSize, badgeReach, drawBadge } from "./draw-badge.ts";
import { drawCallouts } from "./draw-callouts.ts";
import { drawLegend, type Legend, type LegendCount } from "./draw-legend.ts";
import { drawNoteList } from "./draw-note-list.ts";
import { toMark } from "./mark.ts";
import type { Note, NoteCollection } from "./notes.ts";
import { placeBadges } from "./place-badges.ts";
import type { LayoutTextAsync } from "./layout-async.ts";
import { fontSizeFor } from "./font-size.ts";
import { createYielder } from "../../event-loop.ts";
import type { TextLayout } from "../../text/text-layout.ts";

/** The largest part of the frame's height for the legend if notes need the rest. */
const LEGEND_PART = 0.5;

/** What is drawn in addition to the annotations: the legend and the notes. */
interface Marks {
  /** From bottom to top. What lies below the frame comes last: it hides annotations that reach down there. */
  marks: Drawing[];
  /** Height in image pixels below the frame, at most the frame's own. */
  footerHeight: number;
  warnings: string[];
}

/** Draws legend and notes as the options ask. */
export async function drawMarks(
  { labels, notes }: { labels: LegendCount; notes: NoteCollection },
  frame: Bounds,
  options: SceneOptions,
  texts: TextLayout,
): Promise<Marks> {
  const { ground } = options;
  const yieldToEventLoop = createYielder();
  const layoutText: LayoutTextAsync = async (text, fontSize, wrapWidth) => {
    await texts.load([text]);
    await yieldToEventLoop();
    return texts.layout(text, fontSize, wrapWidth);
  };
  const room = frame.bottom - frame.top;
  const listed = options.notes === "numbers" && notes.notes.length > 0;
  const warnings: string[] = [];
  let legend: Legend | undefined;
  if (options.legend) {
    await texts.load(labels.entries().map(({ label }) => label));
    const legendRoom = listed ? room * LEGEND_PART : room;
    legend =
      labels.size > 0 ? drawLegend(labels, { frame, room: legendRoom, ground }, texts.layout) : undefined;
    warnings.push(...describeLegend(legend?.shown ?? 0, labels.size));
  }
  const legendHeight = legend?.height ?? 0;
  const place = {
    frame,
    top: frame.bottom + legendHeight,
    room: room - legendHeight,
    ground,
    fontSize: fontSizeFor(frame),
  };
  const list = listed ? await drawNoteList(notes.notes, place, layoutText) : undefined;
  const badges = list
    ? await drawBadges(notes.notes.slice(0, list.shown), frame, list.fontSize, layoutText)
    : [];
  const callouts =
    options.notes === "callouts"
      ? await drawCallouts(notes, frame, fontSizeFor(frame), layoutText)
      : undefined;
  warnings.push(...describeNotes(notes, options.notes, list ?? callouts ?? { shown: 0, cut: 0 }));
  return {
    marks: [...badges, ...(callouts?.drawings ?? []), ...(legend?.drawings ?? []), ...(list?.drawings ?? [])],
    footerHeight: legendHeight + (list?.height ?? 0),
    warnings,
  };
}

/** Draws the numbers at the annotations, as large as those in the list. */
async function drawBadges(
  notes: readonly Note[],
  frame: Bounds,
  fontSize: number,
  layoutText: LayoutTextAsync,
): Promise<Drawing[]> {
  const setNumber = (number: number) => layoutText(String(number), badgeDigitsSize(fontSize));
  const reach = badgeReach({ fontSize, digits: await setNumber(notes.length) });
  const places = placeBadges(notes, frame, reach);
  const badges: Drawing[] = [];
  for (const [index, { id, color }] of notes.entries()) {
    const badge = drawBadge(
      { fontSize, digits: await setNumber(index + 1) },
      places[index] ?? [frame.left, frame.top],
      color,
    );
    badges.push(toMark(`badge-${id}`, badge, id));
  }
  return badges;
}

function describeLegend(shown: number, all: number): string[] {
  if (all === 0) return ["There is no legend: none of the annotations in the picture has a label"];
  if (shown === 0) return ["There is no legend: the picture is too small for one"];
  return shown < all ? [`The legend has the ${shown} most used of ${all} labels`] : [];
}

function describeNotes(
  { count, outside, notes }: NoteCollection,
  style: SceneOptions["notes"],
  { shown, cut }: { shown: number; cut: number },
): string[] {
  if (style === "none") return [];
  if (style === undefined) {
    if (count === 0) return [];
    return [
      `The text of ${countOf(count, "annotation")} is not in the picture. To show it ask for notes: "numbers" or "callouts"; for "none" to leave it out without this warning`,
    ];
  }
  const more =
    style === "callouts"
      ? `Ask for notes: "numbers", which has more room`
      : "Export some of them at a time (annotations: types, labels, authors)";
  const why =
    count > NOTES_MAX && shown === notes.length ? `${NOTES_MAX} is the most` : "there is no room for more";
  return [
    ...(shown < count ? [`The picture shows ${shown} of ${countOf(count, "note")}: ${why}. ${more}`] : []),
    ...(cut > 0
      ? [`There is no room for all of the text of ${countOf(cut, "note")}: what is cut ends in …`]
      : []),
    ...(outside > 0 ? [describeOutside(outside)] : []),
  ];
}

function describeOutside(count: number): string {
  return count === 1
    ? "1 note is not shown: its annotation is outside of the picture"
    : `${count} notes are not shown: their annotations are outside of the picture`;
}

function countOf(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}
