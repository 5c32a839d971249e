/// <reference types="node" />
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { laboratory, type Laboratory } from "./browser";

/** The laboratory of a file of tests: made before them, with the pages of each closed after it, which must have thrown nothing. */
export function inBrowser(): {
  readonly laboratory: () => Laboratory;
  /** Waits for a page, and looks after the test that it has thrown nothing. */
  readonly watched: (opening: Promise<Opened>) => Promise<Page>;
} {
  let made: Laboratory;
  let errors: string[] = [];
  beforeAll(async () => {
    made = await laboratory();
  }, 120_000);
  afterAll(() => made.close());
  afterEach(async () => {
    for (const context of made.browser.contexts()) await context.close();
    expect(errors).toEqual([]);
  });
  return {
    laboratory: () => made,
    async watched(opening) {
      const { page, errors: found } = await opening;
      errors = found;
      return page;
    },
  };
}

interface Opened {
  readonly page: Page;
  /** Errors that it has thrown and will throw. */
  readonly errors: string[];
}
