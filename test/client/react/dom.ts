import { act, createElement, type ReactNode, StrictMode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach } from "vitest";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const mounted = new Set<Root>();
afterEach(async () => {
  for (const root of mounted) await act(() => root.unmount());
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
    act(async () => root.render(strict ? createElement(StrictMode, null, node) : node));
  await render(node);
  return {
    container,
    get text() {
      return container.textContent;
    },
    render,
    unmount: () => act(async () => root.unmount()),
  };
}
