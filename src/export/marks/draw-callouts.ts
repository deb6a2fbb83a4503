import type { Drawing } from "../../scene/draw-annotation.ts";
import type { Figure } from "../../scene/figure.ts";
import { boundsOf, growBounds, type Bounds } from "../../scene/bounds.ts";
import { toMark } from "./mark.ts";
import { shortenNote, type Note, type NoteCollection } from "./notes.ts";
import { toPaint } from "../../scene/paint.ts";
import { placeCallout, type PlacedCallout, type Surroundings } from "./place-callouts.ts";
import { layoutToFit, type LayoutTextAsync } from "./layout-async.ts";
import type { LaidOutText } from "../../scene/shape.ts";
import { attributes } from "../../scene/svg-text.ts";
import { reduceFontSize } from "./font-size.ts";

/** Notes in boxes beside their annotations. */
export interface Callouts {
  drawings: Drawing[];
  shown: number;
  /** How many of them are shortened. */
  cut: number;
}

/**
 * Tried in turn until all notes have a place: smaller type and less of each note. The last attempt leaves out notes
 * that find no place.
 */
const ATTEMPTS = [
  { fontScale: 0.75, length: 160 },
  { fontScale: 0.6, length: 100 },
  { fontScale: 0.5, length: 60 },
] as const;

/** The largest width of a box, in font sizes and as a part of the frame's. */
const WIDTH_MAX = 15;
const WIDTH_PART = 0.45;
/** The part of the frame that all boxes together may cover. */
const COVERED_PART = 0.35;

/** In font sizes: around the text, the rim, the leader and the dot at its end. */
const PADDING_X = 0.5;
const PADDING_Y = 0.25;
const CORNER = 0.35;
const RIM = 0.1;
const LEADER = 0.11;
const DOT = 0.24;
const GROUND = "#ffffff";
const INK = "#111827";
/**
 * Opacity of the dark outline of rims, leaders and dots. The outline makes them stand out from a ground in their own
 * colour.
 */
const OUTLINE_OPACITY = 0.55;

/** Places the notes beside their annotations, within the frame, without overlaps. */
export async function drawCallouts(
  { notes, texts }: Pick<NoteCollection, "notes" | "texts">,
  frame: Bounds,
  size: number,
  layoutText: LayoutTextAsync,
): Promise<Callouts> {
  const avoid = [...texts, ...notes.map(({ bounds }) => bounds)];
  let callouts: Callouts = { drawings: [], shown: 0, cut: 0 };
  for (const { fontScale, length } of ATTEMPTS) {
    callouts = await tryCallouts(
      notes,
      { frame, avoid, fontSize: reduceFontSize(size, fontScale) },
      length,
      layoutText,
    );
    if (callouts.shown === notes.length) break;
  }
  return callouts;
}

interface SetNote {
  note: Note;
  text: LaidOutText;
  place: PlacedCallout;
}

async function tryCallouts(
  notes: readonly Note[],
  around: Omit<Surroundings, "placed">,
  length: number,
  layoutText: LayoutTextAsync,
): Promise<Callouts> {
  const { frame, fontSize } = around;
  const [width, height] = [frame.right - frame.left, frame.bottom - frame.top];
  const [paddingX, paddingY] = [PADDING_X * fontSize, PADDING_Y * fontSize];
  const lineWidth = Math.min(WIDTH_MAX * fontSize, WIDTH_PART * width) - 2 * paddingX;
  let left = COVERED_PART * width * height;
  const set: SetNote[] = [];
  let cutNotes = 0;
  for (const note of notes) {
    const lines = note.hasThreads ? note.text : note.text.replaceAll("\n", " ");
    const { text: words, cut } = shortenNote(lines, length);
    const text = await layoutToFit(layoutText, words, fontSize, lineWidth);
    const box = { width: text.width + 2 * paddingX, height: text.height + 2 * paddingY };
    if (box.width * box.height > left) continue;
    const place = placeCallout(note, box, { ...around, placed: set.map(({ place }) => place) });
    if (!place) continue;
    left -= box.width * box.height;
    set.push({ note, text, place });
    if (cut) cutNotes++;
  }
  const drawings = [
    // Leaders lie below all boxes, so that none crosses a text.
    ...set.map(({ note, place }) => drawLeader(note, place, fontSize)),
    ...set.map((each) => drawBox(each, fontSize)),
  ];
  return { drawings, shown: set.length, cut: cutNotes };
}

function drawLeader({ id, color }: Note, { anchor, joint }: PlacedCallout, fontSize: number): Drawing {
  const line = { x1: joint[0], y1: joint[1], x2: anchor[0], y2: anchor[1], "stroke-linecap": "round" };
  const dot = { cx: anchor[0], cy: anchor[1] };
  const width = LEADER * fontSize;
  const rim = { fill: "#ffffff", stroke: INK, "stroke-opacity": OUTLINE_OPACITY, "stroke-width": width / 2 };
  const svg =
    `<line${attributes({ ...line, stroke: INK, "stroke-opacity": OUTLINE_OPACITY, "stroke-width": 3.2 * width })}/>` +
    `<line${attributes({ ...line, stroke: "#ffffff", "stroke-width": 2.6 * width })}/>` +
    `<circle${attributes({ ...dot, r: DOT * fontSize + width, ...rim })}/>` +
    `<line${attributes({ ...line, stroke: color, "stroke-width": width })}/>` +
    `<circle${attributes({ ...dot, r: DOT * fontSize, fill: color })}/>`;
  const bounds = growBounds(boundsOf([anchor, joint]), (DOT + 3 * LEADER) * fontSize);
  const figures: Figure[] = [{ kind: "path", points: [anchor, joint], edges: 6 }];
  return toMark(`leader-${id}`, { svg, bounds, figures });
}

function drawBox({ note, text, place: { box } }: SetNote, fontSize: number): Drawing {
  const rim = RIM * fontSize;
  const [width, height] = [box.right - box.left, box.bottom - box.top];
  const plate = { x: box.left, y: box.top, width, height, rx: CORNER * fontSize };
  const outline = { fill: "none", stroke: INK, "stroke-opacity": OUTLINE_OPACITY, "stroke-width": 2 * rim };
  const svg =
    `<rect${attributes({ ...plate, ...outline })}/>` +
    `<rect${attributes({ ...plate, fill: GROUND, stroke: note.color, "stroke-width": rim })}/>`;
  const [x, y] = [box.left + PADDING_X * fontSize, box.top + PADDING_Y * fontSize];
  const texts = [{ text, x, y, ink: toPaint(INK) }];
  const bounds = growBounds(box, fontSize / 2);
  const figures: Figure[] = [{ kind: "ring", length: 2 * (width + height), bounds, edges: 4 }];
  return toMark(`callout-${note.id}`, { svg, texts, bounds, figures }, note.id);
}
