import { act, createElement, type ReactNode, StrictMode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach } from "vitest";

/** Whether React renders only within `act`, or as it does in an application. */
let usesAct = true;
setActEnvironment();

function setActEnvironment(): void {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: usesAct });
}

/** For tests with a real network: React renders when it likes. */
export function renderAsInApplications(): void {
  usesAct = false;
  setActEnvironment();
}

const mounted = new Set<Root>();
afterEach(async () => {
  for (const root of mounted) await change(() => root.unmount());
  mounted.clear();
  document.body.replaceChildren();
});

export interface Mounted {
  container: HTMLElement;
  /** What people read. */
  readonly text: string;
  render: (node: ReactNode) => Promise<void>;
  unmount: () => Promise<void>;
}

/** Mounts a tree as an application in development does: under StrictMode. */
export async function mount(node: ReactNode, { strict = true } = {}): Promise<Mounted> {
  const container = document.body.appendChild(document.createElement("div"));
  const root = createRoot(container);
  mounted.add(root);
  const render = (node: ReactNode): Promise<void> =>
    change(() => root.render(strict ? createElement(StrictMode, null, node) : node));
  await render(node);
  return {
    container,
    get text() {
      return container.textContent;
    },
    render,
    unmount: () => change(() => root.unmount()),
  };
}

/** Does something, and waits until React has rendered what follows from it. */
export async function change<T>(run: () => T | Promise<T>): Promise<T> {
  return usesAct ? act(async () => run()) : run();
}
