import {
  createImageAnnotator,
  type ImageAnnotation,
  type ImageAnnotator,
  type Shape,
} from "@annotorious/annotorious";
import { afterEach } from "vitest";
import { type AnnotoriousOptions, bindAnnotorious } from "../../../src/client/annotorious/index.ts";
import { DrivenRoom } from "../support/driven-room.ts";
import { TinyClient, pass } from "../support/tiny-client.ts";
import { TinyService } from "../support/tiny-service.ts";

const open = new Set<{ destroy: () => void }>();
afterEach(() => {
  for (const one of open) one.destroy();
  open.clear();
});

/** Somebody with Annotorious. */
export interface Person {
  client: TinyClient;
  room: DrivenRoom;
  anno: ImageAnnotator;
  unbind: () => void;
}

/** People who work on one document. */
export function openFor(
  count: number,
  options: AnnotoriousOptions = {},
): { service: TinyService; people: Person[] } {
  const service = new TinyService();
  const people = Array.from({ length: count }, () => {
    const client = new TinyClient(service);
    const room = new DrivenRoom(client.model);
    const anno = createImageAnnotator(document.body.appendChild(document.createElement("img")));
    const binding = bindAnnotorious(anno, room, options);
    open.add({
      destroy() {
        binding.destroy();
        anno.destroy();
      },
    });
    return { client, room, anno, unbind: () => binding.destroy() };
  });
  return { service, people };
}

/** Until everybody has what everybody did. */
export async function settle(people: readonly Person[]): Promise<void> {
  for (let round = 0; round < 3; round++) for (const { client } of people) await client.settle();
  await pass();
}

/** What the annotator has, without what differs from client to client: ids of bodies, dates. */
export function shownBy({ anno }: Person) {
  return anno.state.store
    .all()
    .map(({ id, bodies, target: { selector } }) => ({
      id,
      type: selector.type,
      geometry: { ...selector.geometry, bounds: undefined },
      bodies: bodies.map(({ purpose, value }) => `${purpose}: ${value}`).sort(),
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

export function shapeOf(type: string, geometry: object): Shape {
  const shape: unknown = { type, geometry: { bounds: { minX: 0, minY: 0, maxX: 9, maxY: 9 }, ...geometry } };
  return shape as Shape;
}

export const rectangle = (x: number, y: number, w = 10, h = 10): Shape =>
  shapeOf("RECTANGLE", { x, y, w, h, rot: 0 });

/** As when the user has drawn it. */
export function draw({ anno }: Person, selector: Shape, others: Partial<ImageAnnotation> = {}): string {
  const id = crypto.randomUUID();
  anno.state.store.addAnnotation({ id, bodies: [], target: { annotation: id, selector }, ...others });
  return id;
}

/** As each step of a drag. */
export function reshape({ anno }: Person, id: string, selector: Shape): void {
  anno.state.store.updateTarget({ annotation: id, selector });
}
