// npm run test:python-tool: builds, installs the Python tool Latent Scope 1.0 for itself (1.2 GB, once), and runs the tests that let it open
// what this library writes. Ends with the plain line "N passed, N failed". Arguments go to vitest.
import { ensureTool } from "../tests/python-tool/environment.mjs";
import { build } from "./build.mjs";
import { closeWith, runTests } from "./vitest.mjs";

let counts;
try {
  await build();
  await ensureTool();
  counts = await runTests("python-tool", process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  counts = { passed: 0, failed: 1, skipped: 0 };
}
closeWith(counts);
