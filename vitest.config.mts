import { defineConfig } from "vitest/config";

const shared = {
  // Child processes: worker threads, native addons and process-wide signals behave there as they do for a user.
  pool: "forks" as const,
  // Worker threads run the built files, so that the tests start from a fresh build.
  globalSetup: "tests/global-setup.ts",
  hookTimeout: 120_000,
  // What a test waits for is that something happens, never how soon.
  expect: { poll: { timeout: 20_000 } },
};

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...shared,
          name: "rooms",
          include: ["tests/**/*.test.ts"],
          exclude: ["tests/lab/**", "tests/python-tool/**"],
          testTimeout: 120_000,
        },
      },
      {
        // Flows in a real JupyterLab, one file at a time.
        test: {
          ...shared,
          name: "lab",
          include: ["tests/lab/**/*.test.ts"],
          testTimeout: 240_000,
          fileParallelism: false,
        },
      },
      {
        // The Python tool on the files of this library: `npm run test:python-tool` installs it.
        test: {
          ...shared,
          name: "python-tool",
          include: ["tests/python-tool/*.test.ts"],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
      {
        // The README's pictures: `npm run pictures` takes them again.
        test: {
          ...shared,
          name: "pictures",
          include: ["tests/lab/*.pictures.ts"],
          testTimeout: 240_000,
          hookTimeout: 400_000,
          expect: { poll: { timeout: 60_000 } },
        },
      },
      {
        test: {
          ...shared,
          name: "bench",
          include: ["bench/**/*.bench.ts"],
          testTimeout: 700_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
