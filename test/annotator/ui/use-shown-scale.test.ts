/*! @vitest-environment jsdom */
import { signal } from "@preact/signals";
import { h, render, type VNode } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { useShownScale } from "../../../src/annotator/ui/bottom/use-shown-scale.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

it("follows what is shown sharply, and what moves once a second", async () => {
  const scale = signal(1);
  const detail = signal(1);
  const Shown = (): VNode => h("p", null, useShownScale({ scale, detail }));
  const host = document.createElement("div");
  await act(() => render(h(Shown, null), host));
  expect(host.textContent).toBe("1");

  const zoom = async (to: number): Promise<string | null> => {
    await act(() => void (scale.value = to));
    return host.textContent;
  };
  const sharpen = async (to: number): Promise<string | null> => {
    await act(() => void (detail.value = to));
    return host.textContent;
  };
  expect(await zoom(2)).toBe("1");
  await act(() => void vi.advanceTimersByTime(999));
  expect(await zoom(3)).toBe("1");
  await act(() => void vi.advanceTimersByTime(1));
  expect(host.textContent).toBe("3");

  // Painted for another scale meanwhile: what is told is the scale of the view. Then the second begins anew.
  expect(await zoom(4)).toBe("3");
  await act(() => void vi.advanceTimersByTime(500));
  expect(await sharpen(2)).toBe("4");
  expect(await zoom(5)).toBe("4");
  await act(() => void vi.advanceTimersByTime(999));
  expect(host.textContent).toBe("4");
  // At rest.
  expect(await sharpen(5)).toBe("5");
  expect(vi.getTimerCount()).toBe(0);

  await zoom(6);
  await act(() => render(null, host));
  expect(vi.getTimerCount()).toBe(0);
});
