import { addresses } from "./addresses.ts";
import type { FromDrawer, ToDrawer } from "./messages.ts";

export interface DrawerLink {
  send(message: ToDrawer): void;
  close(): void;
}

/**
 * Starts the drawer of the marks: a worker, or, where a page allows none (another origin, its policy, an old browser),
 * the page itself. The page is slower then, and shows the same.
 */
export function connectDrawer(service: string, receive: (message: FromDrawer) => void): DrawerLink {
  const start: ToDrawer = { kind: "start", files: { service, harfBuzz: addresses.harfBuzz() } };
  /** What a worker was told, until it is known to run. */
  const told: ToDrawer[] = [start];
  let runs = false;
  let isClosed = false;
  let send: DrawerLink["send"] = (message) => void told.push(message);
  const worker = startWorker();

  const useThePage = async (): Promise<void> => {
    worker?.terminate();
    send = (message) => void told.push(message);
    const { createPageDrawer } = await import("./page-drawer.ts");
    if (isClosed) return;
    const drawer = createPageDrawer(receive);
    send = (message) => drawer.receive(message);
    for (const message of told.splice(0)) send(message);
  };

  if (worker) {
    worker.addEventListener("message", ({ data }: MessageEvent<FromDrawer>) => {
      runs = true;
      told.length = 0;
      if (!isClosed) receive(data);
    });
    // A worker that can't be loaded says so only here. Later errors are single ones.
    worker.addEventListener("error", () => {
      if (!runs) void useThePage();
    });
    send = (message) => {
      if (!runs) told.push(message);
      worker.postMessage(message, {});
    };
    worker.postMessage(start, {});
  } else void useThePage();

  return {
    send: (message) => send(message),
    close: () => {
      isClosed = true;
      worker?.terminate();
    },
  };
}

function startWorker(): Worker | undefined {
  if (typeof OffscreenCanvas === "undefined") return undefined;
  try {
    return new Worker(addresses.worker(), { type: "module", name: "acetate-marks" });
  } catch {
    return undefined;
  }
}
