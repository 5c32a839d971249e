import { afterEach, beforeEach, vi } from "vitest";

/** Starts an endpoint for each test of a file, and stops it; what the environment says of OpenAI holds in none. */
export function serveEachTest<E extends { stop(): Promise<void> }>(
  start: () => Promise<E>,
  use: (endpoint: E) => void,
): void {
  let started: E;
  beforeEach(async () => {
    for (const name of Object.keys(process.env)) if (name.startsWith("OPENAI_")) vi.stubEnv(name, undefined);
    started = await start();
    use(started);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await started.stop();
  });
}
