import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    // Worker threads run the built files, so that the tests start from a fresh build.
    globalSetup: "tests/global-setup.ts",
    // Child processes: worker threads, native addons and process-wide signals behave there as they do for a user.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
