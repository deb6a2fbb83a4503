import type { Scenario } from "./harness.ts";
import {
  ACETATE,
  ACETATE_SINGLE,
  BARE_LOG,
  Contenders,
  HOCUSPOCUS,
  PEERS,
  type RoomServer,
  Y_PARTYSERVER,
} from "./room/contenders.ts";
import { measureBurst } from "./room/measure-burst.ts";
import { measureCrowd } from "./room/measure-crowd.ts";
import { fillRoom, measureColdJoin, measureWarmJoin } from "./room/measure-join.ts";
import { measurePaced } from "./room/measure-paced.ts";
import { countedRooms, measureRows } from "./room/measure-rows.ts";
import { measureStoppedReader } from "./room/measure-stopped-reader.ts";
import { measureWhileExporting } from "./room/measure-while-exporting.ts";
import { MARK, writePlay } from "./room/updates.ts";
import { runBench } from "./run-bench.ts";
import { startWorker } from "./server.ts";

/**
 * `npm run bench:room [-- --rounds 5 --json FILE --only burst-20]`: the room as `npm run serve` runs it, beside its
 * peers and beside a bare log on the same runtime, in the same minutes, with the same Yjs updates and the same clients.
 */

await runBench((state) => {
  const contenders = new Contenders(state);
  return {
    "burst-20": () => burstTo20(contenders),
    "burst-100": () => burstTo100(contenders),
    paced: () => paced(contenders),
    "join-warm": () => joins(contenders, "warm"),
    "join-cold": () => joins(contenders, "cold"),
    crowd: async () => crowd(state),
    "stopped-reader": () => stoppedReader(contenders),
    tails: () => tails(contenders),
    exports: () => whileExporting(contenders),
    rows: () => rows(state),
  };
});

async function burstTo20(contenders: Contenders): Promise<Scenario> {
  const play = writePlay(3_000);
  const servers = await contenders.all([ACETATE, ACETATE_SINGLE, ...PEERS, BARE_LOG]);
  return {
    name: "Burst of 3,000 updates to 20 receivers",
    contenders: each(servers, (server) => measureBurst(server, play, 20)),
    comparisons: [
      { unit: "updates/s", of: ACETATE, to: [HOCUSPOCUS], goal: { atLeast: 2 } },
      { unit: "updates/s", of: ACETATE, to: [BARE_LOG], goal: { atLeast: 0.8 } },
      { unit: "updates/s", of: ACETATE_SINGLE, to: [Y_PARTYSERVER], goal: { atLeast: 1 } },
    ],
  };
}

async function burstTo100(contenders: Contenders): Promise<Scenario> {
  const play = writePlay(2_000);
  const servers = await contenders.all([ACETATE, ...PEERS, BARE_LOG]);
  return {
    name: "Burst of 2,000 updates to 100 receivers",
    contenders: each(servers, (server) => measureBurst(server, play, 100)),
    comparisons: [
      { unit: "updates/s", of: ACETATE, to: PEERS, goal: { atLeast: 2 } },
      { unit: "updates/s", of: ACETATE, to: [BARE_LOG] },
    ],
  };
}

async function paced(contenders: Contenders): Promise<Scenario> {
  const play = writePlay(300, MARK);
  const servers = await contenders.all([ACETATE, ...PEERS, BARE_LOG]);
  return {
    name: "50 updates a second to 20 receivers, from the write to the arrival",
    contenders: each(servers, (server) => measurePaced(server, play, { receivers: 20, perSecond: 50 })),
    comparisons: [
      { unit: "median ms", of: ACETATE, to: PEERS, goal: { atMost: 1.3 } },
      { unit: "p99 ms", of: ACETATE, to: PEERS, goal: { atMost: 1.25 } },
    ],
  };
}

async function joins(contenders: Contenders, kind: "warm" | "cold"): Promise<Scenario> {
  const play = writePlay(20_000);
  const servers = await contenders.all([ACETATE, ...PEERS]);
  const rooms = new Map<RoomServer, string>();
  for (const server of servers) rooms.set(server, await fillRoom(server, play));
  const measure = kind === "warm" ? measureWarmJoin : measureColdJoin;
  return {
    name: `Join after 20,000 inserts of a character, ${kind}`,
    warmUp: kind === "warm",
    contenders: each(servers, (server) => measure(server, rooms.get(server) ?? "", play)),
    comparisons: [
      { unit: "ms", of: ACETATE, to: PEERS, goal: { atMost: 1.1 } },
      { unit: "bytes", of: ACETATE, to: PEERS, goal: { atMost: 1.4 } },
    ],
  };
}

function crowd(state: string): Scenario {
  const play = writePlay(10);
  return {
    name: "1,000 sockets in one room, an update a second",
    warmUp: false,
    contenders: [{ name: ACETATE, measure: () => measureCrowd(state, play) }],
    comparisons: [],
  };
}

async function stoppedReader(contenders: Contenders): Promise<Scenario> {
  // 30 seconds, and 40 MiB that the one who does not read has coming.
  const play = writePlay(30_000, `${MARK}${"x".repeat(999)}`);
  const pace = { receivers: 20, perSecond: 1_000 };
  const server = await contenders.get(ACETATE);
  // The runtime takes about 100 MiB for its first load of this kind, whoever reads: not in a measurement.
  await measureStoppedReader(server, play, pace, { stopped: false });
  return {
    name: "1,000 updates of 1,000 characters a second for 30 s",
    warmUp: false,
    contenders: [
      { name: "all read", measure: () => measureStoppedReader(server, play, pace, { stopped: false }) },
      { name: "one has stopped", measure: () => measureStoppedReader(server, play, pace, { stopped: true }) },
    ],
    comparisons: [
      { unit: "p99 ms", of: "one has stopped", to: ["all read"], goal: { atMost: 1.5 } },
      { unit: "MiB grown", of: "one has stopped", to: [], goal: { atMost: 64 } },
    ],
  };
}

/** The slowest of many: what a stop of the service costs, beside a log that does nothing but order, store and relay. */
async function tails(contenders: Contenders): Promise<Scenario> {
  // Under the 16 MiB after which Acetate wants to hear from a reader: the log knows no confirmations.
  const play = writePlay(10_000, `${MARK}${"x".repeat(999)}`);
  const pace = { receivers: 20, perSecond: 1_000 };
  const servers = await contenders.all([ACETATE, BARE_LOG]);
  return {
    name: "1,000 updates of 1,000 characters a second to 20 receivers for 10 s",
    contenders: each(servers, (server) => measurePaced(server, play, pace)),
    comparisons: [{ unit: "p99 ms", of: ACETATE, to: [BARE_LOG], goal: { atMost: 2 } }],
  };
}

/** What a room and the health check wait for the renderer, which shares a thread with them here. */
async function whileExporting(contenders: Contenders): Promise<Scenario> {
  const play = writePlay(1_600, MARK);
  const server = await contenders.get(ACETATE);
  const formats = ["png", "jpg", "webp"] as const;
  return {
    name: "200 updates a second to 20 receivers, while exports of a photo of 2 MP are made one after another",
    contenders: [
      { name: "without exports", measure: () => measureWhileExporting(server, play, undefined) },
      ...formats.map((format) => ({
        name: format,
        measure: () => measureWhileExporting(server, play, format),
      })),
    ],
    comparisons: formats.flatMap((format) => [
      { unit: "p99 ms", of: format, to: [], goal: { atMost: 50 } },
      { unit: "health p99 ms", of: format, to: [], goal: { atMost: 200 } },
    ]),
  };
}

async function rows(state: string): Promise<Scenario> {
  const play = writePlay(2_000);
  const server = countedRooms(await startWorker("bench/rows-written", `${state}/rows`));
  return {
    name: "SQL rows written, and the bill",
    warmUp: false,
    contenders: [
      { name: "50 a second", measure: () => measureRows(server, writePlay(500), 50) },
      { name: "1,000 a second", measure: () => measureRows(server, play, 1_000) },
    ],
    comparisons: [],
  };
}

function each(servers: RoomServer[], measure: (server: RoomServer) => ReturnType<typeof measureBurst>) {
  return servers.map((server) => ({ name: server.name, measure: () => measure(server) }));
}
