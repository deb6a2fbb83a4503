/*! @vitest-environment jsdom */
import { signal } from "@preact/signals";
import { h, render, type VNode } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { useAtRest } from "../../../src/annotator/ui/parts/use-at-rest.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

it("follows at rest, and now and then while something moves", async () => {
  const value = signal(1);
  const isMoving = signal(false);
  const Shown = (): VNode => h("p", null, useAtRest(value, isMoving, 1_000));
  const host = document.createElement("div");
  await act(() => render(h(Shown, null), host));
  expect(host.textContent).toBe("1");

  const change = async (next: number): Promise<string | null> => {
    await act(() => void (value.value = next));
    return host.textContent;
  };
  expect(await change(2)).toBe("2");
  isMoving.value = true;
  expect(await change(3)).toBe("2");
  await act(() => void vi.advanceTimersByTime(999));
  expect(await change(4)).toBe("2");
  await act(() => void vi.advanceTimersByTime(1));
  expect(host.textContent).toBe("4");
  expect(await change(5)).toBe("4");
  await act(() => void (isMoving.value = false));
  expect(host.textContent).toBe("5");
  expect(vi.getTimerCount()).toBe(0);

  isMoving.value = true;
  await change(6);
  await act(() => render(null, host));
  expect(vi.getTimerCount()).toBe(0);
});
