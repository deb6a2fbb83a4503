import { type ChildProcess, spawn } from "node:child_process";
import { projectRoot } from "./project.ts";
import { findSharedBundle } from "./shared-bundle.ts";
import { endWithNpm, onStopSignal, signalGroup } from "./signals.ts";

/**
 * `npm test`: every npm script that checks something; `node tools/run-tests.ts check test:unit` runs these two. Most
 * of them wait half of their time, for a service, a browser or a timer, so two run side by side. What one prints comes
 * in one piece when it has ended. One that fails does not stop the others, and is named again at the end.
 */

/**
 * The scripts of a line run one after the other: the page's coverage adds up what ran in Node and in Chromium. The long
 * lines come first, so that the last two end at about the same time.
 */
const ALL = [
  ["test:annotator", "test:browser"],
  ["check"],
  ["test:unit"],
  ["test:client"],
  ["test:e2e"],
  ["test:crash:short"],
];
/** Each uses two cores at times: with more, a small machine ends no earlier, and tests begin to wait for each other. */
const SIDE_BY_SIDE = 2;

const asked = process.argv.slice(2).map((script) => [script]);
const waiting = asked.length > 0 ? asked : ALL;
const running = new Set<ChildProcess>();
const failed: string[] = [];
const began = performance.now();

endWithNpm();
onStopSignal(() => {
  for (const { pid } of running) signalGroup(pid, "SIGTERM");
  process.exit(130);
});

// Before the first script, so that none makes a bundle, or compiles the C, beside another one that does.
await findSharedBundle();
await Promise.all(Array.from({ length: SIDE_BY_SIDE }, runWaiting));
console.log(`All of it took ${secondsSince(began)}.`);
if (failed.length > 0) {
  console.error(`Failed: ${failed.join(", ")}`);
  process.exit(1);
}

async function runWaiting(): Promise<void> {
  for (let line = waiting.shift(); line !== undefined; line = waiting.shift()) {
    for (const script of line) await runAndTell(script);
  }
}

async function runAndTell(script: string): Promise<void> {
  const start = performance.now();
  console.log(`npm run ${script} has begun.`);
  const { passed, output } = await runScript(script);
  if (!passed) failed.push(script);
  console.log(`\n──── npm run ${script}\n${output.trim()}`);
  console.log(`──── npm run ${script} ${passed ? "passed" : "FAILED"} after ${secondsSince(start)}\n`);
}

function runScript(script: string): Promise<{ passed: boolean; output: string }> {
  const child = spawn("npm", ["run", "--silent", script], {
    cwd: projectRoot,
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own: one signal reaches all that the script has started.
    detached: true,
  });
  running.add(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      running.delete(child);
      resolve({ passed: code === 0, output });
    });
  });
}

function secondsSince(start: number): string {
  return `${Math.round((performance.now() - start) / 1000)} s`;
}
