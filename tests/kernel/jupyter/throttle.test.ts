import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Throttle } from "../../../src/kernel/jupyter/throttle";

describe("a throttle", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("lets the first value through at once and the last one after the interval", () => {
    const seen: number[] = [];
    const throttle = new Throttle<number>(100, (value) => seen.push(value));
    for (let i = 0; i < 5; i++) throttle.push(i);
    expect(seen).toEqual([0]);
    vi.advanceTimersByTime(100);
    expect(seen).toEqual([0, 4]);
    vi.advanceTimersByTime(1000);
    expect(seen).toEqual([0, 4]);
  });

  test("delivers at most one value an interval", () => {
    const seen: number[] = [];
    const throttle = new Throttle<number>(100, (value) => seen.push(value));
    for (let i = 0; i < 1000; i++) {
      throttle.push(i);
      vi.advanceTimersByTime(1);
    }
    expect(seen.length).toBeLessThanOrEqual(11);
    vi.advanceTimersByTime(100);
    expect(seen.at(-1)).toBe(999);
  });

  test("delivers what waits when it is flushed, once", () => {
    const seen: number[] = [];
    const throttle = new Throttle<number>(100, (value) => seen.push(value));
    throttle.push(1);
    throttle.push(2);
    expect(throttle.pending).toBe(true);
    throttle.flush();
    throttle.flush();
    vi.advanceTimersByTime(500);
    expect(seen).toEqual([1, 2]);
    expect(throttle.pending).toBe(false);
  });
});
