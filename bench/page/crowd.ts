import { connect, type Room } from "../../src/client/index.ts";
import { newId } from "../../src/client/new-id.ts";
import { showDraft } from "../../src/annotator/editor/draft.ts";
import { shareDraft } from "../../src/annotator/editor/own-presence.ts";
import type { Point } from "../../src/protocol/model/geometry.ts";
import { PHOTO } from "./marks.ts";

/**
 * `node bench/page/crowd.ts <service> <document> <people>`: people who draw one stroke after the other, and show it as
 * the page does. Says "drawing" when all of them do, and goes on until its end.
 */

/** The page shows its state as often. */
const SHARE_MS = 50;
/** A stroke of two seconds, and a little rest. */
const SHARES = 40;
const REST = 6;
/** A hand tells about three places between two states. */
const POINTS_A_SHARE = 3;
const STEP = 9;

const [service = "", documentId = "", people = "0"] = process.argv.slice(2);
const rooms = Array.from({ length: Number(people) }, (_, index) =>
  connect(service, documentId, { name: `Person ${index + 1}` }),
);
await Promise.all(rooms.map(untilLive));
for (const [index, room] of rooms.entries())
  setTimeout(() => draw(room, index), (index * SHARE_MS) / rooms.length);
console.log("drawing");

function untilLive(room: Room): Promise<void> {
  return new Promise((resolve) => {
    room.status.subscribe(({ state }) => {
      if (state === "live") resolve();
    });
  });
}

/** Goes on for ever: around in curves, over the whole photo. */
function draw(room: Room, index: number): void {
  let [x, y] = [((index * 997) % 3_000) + 500, ((index * 571) % 2_000) + 500];
  let angle = index;
  let step = index % (SHARES + REST);
  let points: Point[] = [];
  let id = newId();
  setInterval(() => {
    step = (step + 1) % (SHARES + REST);
    const isDrawing = step < SHARES;
    for (let move = 0; move < POINTS_A_SHARE; move++) {
      angle += 0.12 * Math.sin(step / 5 + index);
      x = Math.min(PHOTO.width, Math.max(0, x + STEP * Math.cos(angle)));
      y = Math.min(PHOTO.height, Math.max(0, y + STEP * Math.sin(angle)));
      if (isDrawing) points.push([Math.round(x * 100) / 100, Math.round(y * 100) / 100]);
    }
    const mark = {
      type: "freehand" as const,
      geometry: { points },
      style: { stroke: "#1f58fb", stroke_width: 5 },
      id,
    };
    if (!isDrawing && points.length > 0) {
      room.annotations.create(mark);
      points = [];
      id = newId();
    }
    room.presence.update({
      cursor: [x, y],
      selection: [],
      view: { x: PHOTO.width / 2, y: PHOTO.height / 2, width: PHOTO.width },
      draft: points.length > 0 ? shareDraft(showDraft(mark, documentId)) : undefined,
    });
  }, SHARE_MS);
}
