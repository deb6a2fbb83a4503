import { expect, it } from "vitest";
import { openRoom, until, untilLive, untilTexts } from "./support/rooms.ts";
import { useSharedService } from "./support/service.ts";

const service = useSharedService();
const point = { type: "point", geometry: { x: 10, y: 20 } } as const;

it("shows each client what the other does", async () => {
  const { id } = await service.api.createDocument();
  const ann = openRoom(service.url, id, { name: "Ann" });
  const bob = await untilLive(openRoom(service.url, id, { name: "Bob" }));
  const note = ann.annotations.create({ ...point, text: "Here" });
  expect(ann.annotations.get(note.id)).toMatchObject({ text: "Here", author: "Ann" });
  await note.saved;
  await untilTexts(bob, "Here");
  expect(bob.annotations.get(note.id)?.author).toBe("Ann");
  bob.annotations.update(note.id, { text: "There" });
  await untilTexts(ann, "There");
  bob.annotations.delete(note.id);
  await untilTexts(ann);
  await until(ann.others, (others) => others.length === 1);
  expect(ann.others.value.map(({ name }) => name)).toEqual(["Bob"]);
  bob.presence.set({ cursor: [1, 2] });
  await until(ann.others, ([other]) => JSON.stringify(other?.state) === '{"cursor":[1,2]}');
  const heard = new Promise((resolve) => ann.on("broadcast", resolve));
  bob.broadcast({ look: "here" });
  expect(await heard).toMatchObject({ payload: { look: "here" } });
  expect(ann.document.value).toMatchObject({ id });
  const hill = { name: "hill", color: "#00c853", key: "h" };
  await ann.labels.set([hill]).saved;
  const { labels, version } = (await until(bob.labels, (set) => set?.version === 2)) ?? {};
  expect({ labels, version }).toEqual({ labels: [hill], version: 2 });
  expect(ann.labels.value).toEqual(bob.labels.value);
});
