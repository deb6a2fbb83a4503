import { afterEach, expect, it } from "vitest";
import { startBot } from "../../examples/bot.ts";
import type { Room } from "../../src/client/room-api.ts";
import { openRoom, until, untilLive } from "./support/rooms.ts";
import { useSharedService } from "./support/service.ts";

const service = useSharedService();
const bots: Room[] = [];
afterEach(() => {
  for (const bot of bots.splice(0)) bot.close();
});

function runBot(documentId: string): Room {
  const bot = startBot(service.url.href, documentId);
  bots.push(bot);
  return bot;
}

const wide = { type: "box", geometry: { x: 0, y: 0, width: 20, height: 10 } } as const;
const tall = { type: "box", geometry: { x: 0, y: 0, width: 10, height: 20 } } as const;

it("labels what is drawn, before and after it came, and nobody sees it", async () => {
  const { id } = await service.api.createDocument();
  const ann = await untilLive(openRoom(service.url, id));
  await ann.annotations.create(wide).saved;
  await untilLive(runBot(id));
  await ann.annotations.create(tall).saved;
  await ann.annotations.create({ ...wide, labels: ["door"] }).saved;
  await ann.annotations.create({ type: "point", geometry: { x: 1, y: 1 } }).saved;
  const labels = await until(
    ann.annotations,
    (list) => list.length === 4 && list.filter((annotation) => annotation.labels.length > 0).length === 3,
  );
  expect(labels.map((annotation) => annotation.labels)).toEqual([["wide"], ["tall"], ["door"], []]);
  expect(ann.others.value).toEqual([]);
});

it("leaves an annotation without a label where somebody has taken it away", async () => {
  const { id } = await service.api.createDocument();
  const ann = await untilLive(openRoom(service.url, id));
  const bot = await untilLive(runBot(id));
  const box = ann.annotations.create(wide);
  await until(ann.annotations, ([first]) => first?.labels[0] === "wide");
  await ann.annotations.update(box.id, { labels: [] }).saved;
  await until(bot.annotations, ([first]) => first?.labels.length === 0);
  await bot.allSaved();
  expect(ann.annotations.get(box.id)?.labels).toEqual([]);
});
