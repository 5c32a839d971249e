// npm test: builds, makes the environment, then checks types, lint and format and runs all tests. Ends with the plain line
// "N passed, N failed" over everything. Arguments go to vitest: `npm test -- tests/scope` runs those tests only.
import { build } from "./build.mjs";
import { ensureEnvironment } from "./environment.mjs";
import { runCommand, tool } from "./run-command.mjs";
import { closeWith, runTests } from "./vitest.mjs";

const tsc = tool("typescript", "bin", "tsc");
const checks = [
  ["types of the library", [tsc, "--noEmit"]],
  ["types of the front end", [tsc, "--noEmit", "-p", "src/widget"]],
  ["types of the tests", [tsc, "--noEmit", "-p", "tests"]],
  ["lint", [tool("eslint", "bin", "eslint.js"), "."]],
  ["format", [tool("prettier", "bin", "prettier.cjs"), "--check", "--log-level", "warn", "."]],
];

const total = { passed: 0, failed: 0, skipped: 0 };
const filters = process.argv.slice(2);

try {
  await build();
  await ensureEnvironment();
  if (filters.length === 0) for (const [name, args] of checks) await check(name, args);
  // The flows in JupyterLab come last and one file at a time: a browser, a server and a kernel fill two cores.
  for (const project of ["rooms", "lab"]) await vitest(project);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  total.failed++;
}
closeWith(total);

async function check(name, args) {
  const { code, output, seconds } = await runCommand(process.execPath, args, { capture: true });
  if (code !== 0) process.stdout.write(output);
  total[code === 0 ? "passed" : "failed"]++;
  console.log(`${code === 0 ? "✓" : "✗"} ${name} (${seconds.toFixed(1)} s)`);
}

async function vitest(project) {
  const counts = await runTests(project, ["--passWithNoTests", ...filters]);
  for (const key of Object.keys(total)) total[key] += counts[key];
}
