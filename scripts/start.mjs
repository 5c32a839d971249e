// npm start: builds, makes the environment, opens JupyterLab on the quickstart. With --execute: runs the quickstart and prints what it shows.
import path from "node:path";
import { build } from "./build.mjs";
import { bin, ensureEnvironment, jupyterData } from "./environment.mjs";
import { root, runCommand } from "./run-command.mjs";

const quickstart = path.join(root, "notebooks", "quickstart.ipynb");

try {
  await build();
  await ensureEnvironment();
  process.exitCode = process.argv.includes("--execute") ? await execute() : await openJupyterLab(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}

/** Executes the notebook with the real kernel, without a browser. */
async function execute() {
  const run = await runCommand(bin("python"), [path.join(root, "scripts", "execute.py"), quickstart], {
    // tables as wide and long as a terminal's reader wants them
    env: { JUPYTER_PATH: jupyterData, POLARS_FMT_MAX_ROWS: "100", POLARS_FMT_STR_LEN: "60", POLARS_TABLE_WIDTH: "150" },
  });
  return run.code;
}

async function openJupyterLab(args) {
  // JupyterLab refuses to run as root, which is who one is in most containers
  const asRoot = process.getuid?.() === 0 ? ["--allow-root"] : [];
  process.stderr.write("Opening JupyterLab (end it with Ctrl+C) …\n");
  process.on("SIGINT", () => {}); // Ctrl+C is JupyterLab's: it asks, then ends
  const lab = await runCommand(
    bin("python"),
    ["-m", "jupyterlab", quickstart, `--ServerApp.root_dir=${root}`, "--ServerApp.ip=127.0.0.1", ...asRoot, ...args],
    {
      interactive: true,
    },
  );
  return lab.code;
}
