// npm run test:python-tool: builds, installs the Python tool Latent Scope 1.0 for itself (1.2 GB, once), and runs the tests that let it open
// what this library writes. Ends with the plain line "N passed, N failed". Arguments go to vitest.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { ensureTool } from "../tests/python-tool/environment.mjs";
import { build } from "./build.mjs";
import { root, runCommand, tool } from "./run-command.mjs";

const report = path.join(root, "test-results", "python-tool.json");
let [passed, failed, skipped] = [0, 0, 0];

try {
  await build();
  await ensureTool();
  mkdirSync(path.dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const { code } = await runCommand(process.execPath, [
    ...[tool("vitest", "vitest.mjs"), "run", "--project", "python-tool"],
    ...["--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...process.argv.slice(2)],
  ]);
  const result = JSON.parse(readFileSync(report, "utf8"));
  const brokenFiles = result.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  );
  passed = result.numPassedTests;
  skipped = result.numPendingTests + result.numTodoTests;
  failed = result.numFailedTests + brokenFiles.length;
  // an error outside of any test fails the run as well
  if (failed === 0 && code !== 0) failed = 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  failed++;
}
console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
