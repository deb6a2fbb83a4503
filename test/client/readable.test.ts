import { expect, test, vi } from "vitest";
import { Emitter } from "../../src/client/emitter.ts";
import { Signal } from "../../src/client/readable.ts";

test("a listener hears the value at once and each change, until it stops", () => {
  const signal = new Signal(1);
  const heard: number[] = [];
  const stop = signal.subscribe((value) => heard.push(value));
  signal.set(2);
  signal.set(2);
  stop();
  signal.set(3);
  expect(heard).toEqual([1, 2]);
  expect(signal.value).toBe(3);
});

test("one function may listen twice, and stop once", () => {
  const listener = vi.fn();
  const emitter = new Emitter<{ told: string }>();
  const stop = emitter.on("told", listener);
  emitter.on("told", listener);
  stop();
  emitter.emit("told", "x");
  expect(listener.mock.calls).toEqual([["x"]]);
});

test("an error in a listener is reported and keeps nothing from the others", async () => {
  const uncaught: unknown[] = [];
  const others = process.rawListeners("uncaughtException") as NodeJS.UncaughtExceptionListener[];
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", (error) => uncaught.push(error));
  const signal = new Signal(0);
  const heard = vi.fn();
  signal.subscribe((value) => {
    if (value === 1) throw new Error("broken listener");
  });
  signal.subscribe(heard);
  signal.set(1);
  await new Promise((resolve) => setTimeout(resolve, 1));
  process.removeAllListeners("uncaughtException");
  for (const other of others) process.on("uncaughtException", other);
  expect(heard).toHaveBeenLastCalledWith(1);
  expect(uncaught).toMatchObject([{ message: "broken listener" }]);
});
