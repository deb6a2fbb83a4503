import { expect, it } from "vitest";
import { openRoom, until, untilLive } from "./support/rooms.ts";
import { useSharedService } from "./support/service.ts";

const service = useSharedService();
const point = { type: "point", geometry: { x: 10, y: 20 } } as const;

it("two people talk about an annotation, one of them offline for a while, and have the same in the end", async () => {
  const { id } = await service.api.createDocument();
  const ann = await untilLive(openRoom(service.url, id, { actorId: "ann" }));
  const bob = await untilLive(openRoom(service.url, id, { actorId: "bob", name: "Bob" }));
  ann.disconnect();
  // All of it waits, and goes in order.
  const made = ann.annotations.create(point);
  const first = ann.comments.create({ annotation_id: made.id, text: "Is it here?" });
  const own = ann.comments.create({ annotation_id: made.id, reply_to: first.id, text: "@bob?" });
  ann.comments.edit(own.id, "What do you think, @bob?");
  expect(ann.comments.value.map(({ text }) => text)).toEqual(["Is it here?", "What do you think, @bob?"]);
  ann.reconnect();
  await ann.allSaved();
  await until(bob.comments, ({ length }) => length === 2);
  const reply = bob.comments.create({ annotation_id: made.id, reply_to: first.id, text: "Yes" });
  bob.comments.resolve(first.id);
  bob.annotations.update(made.id, { review: "approved" });
  await bob.allSaved();
  await until(ann.comments, ([one]) => one?.resolved === true);
  await until(ann.annotations, ([one]) => one?.review === "approved");
  expect(ann.comments.value).toEqual(bob.comments.value);
  expect(ann.comments.value.map(({ id, reply_to, author }) => [id, reply_to, author])).toEqual([
    [first.id, null, null],
    [own.id, first.id, null],
    [reply.id, first.id, "Bob"],
  ]);
  expect(ann.comments.value[0]?.resolved_by).toBe("Bob");
  await ann.comments.reopen(first.id).saved;
  await ann.comments.delete(own.id).saved;
  const late = await untilLive(openRoom(service.url, id));
  expect(late.comments.value).toEqual(ann.comments.value);
  expect(late.comments.value.map(({ text, resolved }) => [text, resolved])).toEqual([
    ["Is it here?", false],
    ["Yes", false],
  ]);
  const refused = ann.comments.create({ annotation_id: crypto.randomUUID(), text: "Nowhere" });
  await expect(refused.saved).rejects.toMatchObject({ code: "annotation_not_found" });
  expect(ann.comments.value).toHaveLength(2);
});
