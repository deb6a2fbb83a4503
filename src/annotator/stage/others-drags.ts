import type { Annotation } from "../../protocol/model/annotation.ts";
import { patchAnnotation } from "../../client/annotations/patch.ts";
import type { Bounds } from "../../scene/bounds.ts";
import { frameOf } from "../editor/geometry/frame.ts";
import { transformMark } from "../editor/geometry/transform-mark.ts";
import type { SharedDrag, SharedState } from "../editor/shared-state.ts";

export type BoundsOfMark = (mark: Annotation) => Bounds | undefined;

interface Dragger {
  connectionId: string;
  shown: SharedState;
}

/** A drag of somebody else, from its first state that was seen. */
interface KnownDrag {
  gesture: number;
  /** The state that `shown` was made of. */
  from: SharedDrag;
  /** The marks as they were in the beginning, by id: when the change itself arrives, they must not move twice. */
  begun: Map<string, Annotation>;
  /** By id: what is shown, and the mark of the room that it was made with. */
  shown: Map<string, { mark: Annotation; now: Annotation }>;
}

/**
 * Points that one person's drag moves here. It comes 20 times a second, and may come from anybody: marks beyond that
 * stay where they are until the drag ends.
 */
export const DRAG_POINTS_MAX = 20_000;

/** Marks that others drag together, where they drag them. */
export class OthersDrags {
  readonly #boundsOf: BoundsOfMark;
  #known = new Map<string, KnownDrag>();

  /** @param boundsOf what is drawn of a text: its geometry does not tell */
  constructor(boundsOf: BoundsOfMark) {
    this.#boundsOf = boundsOf;
  }

  /** The marks as they are dragged now. What has not changed is the same object. */
  follow(people: readonly Dragger[], marks: ReadonlyMap<string, Annotation>): Annotation[] {
    const known = new Map<string, KnownDrag>();
    for (const { connectionId, shown } of people)
      if (shown.drag) known.set(connectionId, this.#next(connectionId, shown.drag, marks));
    this.#known = known;
    return Array.from(known.values()).flatMap(({ shown }) => Array.from(shown.values(), ({ mark }) => mark));
  }

  #next(connectionId: string, drag: SharedDrag, marks: ReadonlyMap<string, Annotation>): KnownDrag {
    const before = this.#known.get(connectionId);
    const isSame = before?.gesture === drag.gesture;
    const begun = isSame ? before.begun : new Map<string, Annotation>();
    const shown: KnownDrag["shown"] = new Map();
    let points = 0;
    for (const id of drag.ids) {
      const now = marks.get(id);
      if (!now) continue;
      const first = begun.get(id) ?? now;
      points += countPoints(first);
      if (points > DRAG_POINTS_MAX) break;
      begun.set(id, first);
      const made = isSame && before.from === drag ? before.shown.get(id) : undefined;
      shown.set(id, made?.now === now ? made : { mark: this.#move(first, now, drag), now });
    }
    return { gesture: drag.gesture, from: drag, begun, shown };
  }

  /** What others change meanwhile, such as a colour, shows all the same. */
  #move(first: Annotation, now: Annotation, { transform }: SharedDrag): Annotation {
    const bounds = first.type === "text" ? this.#boundsOf(first) : undefined;
    return patchAnnotation(now, transformMark(first, frameOf(first, bounds), transform));
  }
}

function countPoints({ geometry }: Annotation): number {
  return "points" in geometry ? geometry.points.length : 1;
}
