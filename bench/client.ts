import { connect } from "../src/client/index.ts";
import type { Annotation } from "../src/protocol/model/annotation.ts";
import { DOCUMENT_ID, makeAnnotations, makeState } from "./client/frames.ts";
import { ScriptedSocket } from "./client/scripted-socket.ts";
import type { Measurement, Scenario } from "./harness.ts";
import { runBench } from "./run-bench.ts";

/**
 * `npm run bench:client [-- --rounds 5]`: what the client library costs the main thread, without network and service:
 * frames come as text, as from a socket, and a listener reads the list after each one.
 */

const SHOWN = 2_000;
const UPDATES = 20_000;
/** As many as the room sends in a frame when many draw at once. */
const UPDATES_PER_FRAME = 50;
const LOADED = 50_000;

await runBench(() => ({
  updates: async () =>
    toScenario(`Someone else's update, at ${SHOWN} annotations`, "µs", 20, {
      "one in a frame": () => measureUpdates(1),
      [`${UPDATES_PER_FRAME} in a frame`]: () => measureUpdates(UPDATES_PER_FRAME),
    }),
  load: async () =>
    toScenario(`Load ${LOADED} annotations`, "ms", 1_000, {
      "the whole state": measureLoad,
      "the longest frame": measureLongestFrame,
    }),
}));

function toScenario(
  name: string,
  unit: string,
  atMost: number,
  measures: Record<string, () => Promise<number>>,
): Scenario {
  const contenders = Object.entries(measures).map(([contender, measure]) => ({
    name: contender,
    measure: async (): Promise<Measurement> => ({ [unit]: await measure() }),
  }));
  const comparisons = contenders.map((contender) => ({ unit, of: contender.name, to: [], goal: { atMost } }));
  return { name, contenders, comparisons };
}

/** Returns µs an update. */
async function measureUpdates(perFrame: number): Promise<number> {
  const annotations = makeAnnotations(SHOWN);
  const { socket, close } = await open();
  for (const frame of makeState(annotations)) socket.bring(frame);
  const frames = makeUpdates(annotations, perFrame);
  const start = performance.now();
  for (const frame of frames) socket.bring(frame);
  const took = performance.now() - start;
  close(SHOWN, SHOWN + 1 + UPDATES);
  return (took * 1_000) / UPDATES;
}

/** Each moves another box, and some go to another layer. */
function makeUpdates(annotations: readonly Annotation[], perFrame: number): string[] {
  const messages = Array.from({ length: UPDATES }, (_, index) => {
    const annotation = annotations[(index * 7_919) % annotations.length];
    const seq = annotations.length + 2 + index;
    const z_index = index % 20 === 0 ? index % 7 : annotation?.z_index;
    const geometry = { x: index % 1_700, y: index % 1_100, width: 100, height: 60 };
    const changed = { ...annotation, geometry, z_index, version: index + 2, seq };
    return { type: "annotation.updated", seq, annotation: changed };
  });
  const frames: string[] = [];
  for (let first = 0; first < messages.length; first += perFrame) {
    frames.push(JSON.stringify(perFrame === 1 ? messages[first] : messages.slice(first, first + perFrame)));
  }
  return frames;
}

async function measureLoad(): Promise<number> {
  return (await loadFrames()).reduce((sum, took) => sum + took, 0);
}

async function measureLongestFrame(): Promise<number> {
  return Math.max(...(await loadFrames()));
}

/** Returns ms a frame. */
async function loadFrames(): Promise<number[]> {
  const frames = makeState(makeAnnotations(LOADED));
  const { socket, close } = await open();
  const took = frames.map((frame) => {
    const start = performance.now();
    socket.bring(frame);
    return performance.now() - start;
  });
  close(LOADED, LOADED + 1);
  return took;
}

interface Opened {
  socket: ScriptedSocket;
  /** Throws where the client shows another number of annotations, or none of this seq. */
  close: (count: number, seq: number) => void;
}

async function open(): Promise<Opened> {
  ScriptedSocket.last = null;
  const room = connect("http://localhost", DOCUMENT_ID, { WebSocket: ScriptedSocket });
  let shown: readonly Annotation[] = [];
  room.annotations.subscribe((list) => (shown = list));
  const close = (count: number, seq: number): void => {
    room.close();
    if (shown.length !== count || !shown.some((annotation) => annotation.seq === seq)) {
      throw new Error("The client does not show what came");
    }
  };
  for (;;) {
    const socket: ScriptedSocket | null = ScriptedSocket.last;
    if (socket) return { socket, close };
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
