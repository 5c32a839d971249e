// Runs a project of the tests and counts what came of it.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { root, runCommand, tool } from "./run-command.mjs";

/** @param args further arguments of vitest */
export async function runTests(project, args) {
  const report = path.join(root, "test-results", `${project}.json`);
  mkdirSync(path.dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const { code } = await runCommand(process.execPath, [
    ...[tool("vitest", "vitest.mjs"), "run", "--project", project],
    ...["--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...args],
  ]);
  const result = JSON.parse(readFileSync(report, "utf8"));
  const brokenFiles = result.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  );
  const failed = result.numFailedTests + brokenFiles.length;
  return {
    passed: result.numPassedTests,
    skipped: result.numPendingTests + result.numTodoTests,
    // an error outside of any test fails the run as well
    failed: failed === 0 && code !== 0 ? 1 : failed,
  };
}

/** Prints the line that closes a run, and sets the exit code. */
export function closeWith({ passed, failed, skipped }) {
  console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}
