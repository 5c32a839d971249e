import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

const ROOT = path.resolve(__dirname, "..", "..");
/** The project's Python environment. */
export const VENV_PYTHON = path.join(ROOT, ".venv", "bin", "python");
const START_TIMEOUT_MS = 60_000;

export interface Kernelspec {
  readonly name: string;
  readonly displayName: string;
  readonly argv: readonly string[];
}

/** Our own kernel. */
export const ownKernel: Kernelspec = {
  name: "latentscope",
  displayName: "TypeScript (Latent Scope)",
  argv: [
    process.execPath,
    path.join(ROOT, "dist", "kernel", "jupyter", "launcher.js"),
    "--config-path",
    "{connection_file}",
  ],
};

/** tslab as it comes from npm. */
export const stockKernel: Kernelspec = {
  name: "tslab",
  displayName: "TypeScript",
  argv: [
    process.execPath,
    path.join(ROOT, "node_modules", "tslab", "bin", "tslab"),
    "kernel",
    "--config-path",
    "{connection_file}",
  ],
};

/** A running JupyterLab, which serves Notebook 7 as well, with folders of its own: nothing of the user's is read or written. */
export interface Lab {
  readonly url: string;
  readonly token: string;
  /** Folder of the notebooks. */
  readonly notebooks: string;
  /** Jupyter's data folder, in which the kernels are. */
  readonly dataFolder: string;
  log(): string;
  stop(): Promise<void>;
}

/** Writes a notebook of code cells, at a path below the lab's folder. */
export function writeNotebook(lab: Lab, file: string, cells: readonly string[], kernel: Kernelspec): void {
  const notebook = {
    cells: cells.map((source, i) => ({
      cell_type: "code",
      id: `cell-${i}`,
      metadata: {},
      source,
      execution_count: null,
      outputs: [],
    })),
    metadata: {
      kernelspec: { name: kernel.name, display_name: kernel.displayName, language: "typescript" },
      language_info: { name: "typescript" },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  mkdirSync(path.dirname(path.join(lab.notebooks, file)), { recursive: true });
  writeFileSync(path.join(lab.notebooks, file), JSON.stringify(notebook));
}

/**
 * Starts JupyterLab on 127.0.0.1 with both kernels. `notebooks` is the folder that it serves; a temporary one inside the project (so that
 * "latentscope" resolves as in a user's project) by default.
 */
export async function startLab(kernels: readonly Kernelspec[] = [ownKernel, stockKernel]): Promise<Lab> {
  const own = mkdtempSync(path.join(tmpdir(), "latentscope-lab-"));
  mkdirSync(path.join(ROOT, "test-results"), { recursive: true });
  const notebooks = mkdtempSync(path.join(ROOT, "test-results", "notebooks-"));
  for (const { name, displayName, argv } of kernels) {
    const folder = path.join(own, "data", "kernels", name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      path.join(folder, "kernel.json"),
      JSON.stringify({ argv, display_name: displayName, language: "typescript", interrupt_mode: "signal" }),
    );
  }
  writeSettings(path.join(own, "settings"), "@jupyterlab/apputils-extension", "notification", {
    fetchNews: "false",
    checkForUpdates: false,
  });
  const port = await freePort();
  const token = randomBytes(16).toString("hex");
  const logFile = path.join(own, "server.log");
  const log = (): string => readFileSync(logFile, "utf8");
  const child = startServer(own, notebooks, port, token, logFile);
  const url = `http://127.0.0.1:${port}`;
  await answers(url, token, child, log);
  return {
    url,
    token,
    notebooks,
    dataFolder: path.join(own, "data"),
    log,
    async stop() {
      await endKernels(url, token);
      await ended(child);
      rmSync(own, { recursive: true, force: true });
      rmSync(notebooks, { recursive: true, force: true });
    },
  };
}

function startServer(own: string, notebooks: string, port: number, token: string, logFile: string): ChildProcess {
  const folder = (name: string): string => {
    mkdirSync(path.join(own, name), { recursive: true });
    return path.join(own, name);
  };
  const fd = openSync(logFile, "a");
  const child = spawn(
    VENV_PYTHON,
    [
      ...[
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        "--expose-app-in-browser",
        "--ip=127.0.0.1",
        `--port=${port}`,
      ],
      ...["--ServerApp.port_retries=0", `--IdentityProvider.token=${token}`, `--ServerApp.root_dir=${notebooks}`],
      ...["--JupyterNotebookApp.expose_app_in_browser=True", "--ServerApp.terminals_enabled=False"],
    ],
    {
      cwd: notebooks,
      stdio: ["ignore", fd, fd],
      env: {
        ...process.env,
        JUPYTER_DATA_DIR: folder("data"),
        JUPYTER_CONFIG_DIR: folder("config"),
        JUPYTER_RUNTIME_DIR: folder("runtime"),
        JUPYTERLAB_SETTINGS_DIR: folder("settings"),
        JUPYTERLAB_WORKSPACES_DIR: folder("workspaces"),
        IPYTHONDIR: folder("ipython"),
        JUPYTER_PREFER_ENV_PATH: "0",
        JUPYTER_PATH: "",
      },
    },
  );
  closeSync(fd);
  return child;
}

function writeSettings(folder: string, extension: string, plugin: string, value: unknown): void {
  mkdirSync(path.join(folder, extension), { recursive: true });
  writeFileSync(path.join(folder, extension, `${plugin}.jupyterlab-settings`), JSON.stringify(value));
}

async function answers(url: string, token: string, child: ChildProcess, log: () => string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`JupyterLab did not start:\n${log()}`);
    const response = await fetch(`${url}/api/status`, { headers: { authorization: `token ${token}` } }).catch(
      () => null,
    );
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Ends the kernels, so that none outlives the server. */
async function endKernels(url: string, token: string): Promise<void> {
  const headers = { authorization: `token ${token}` };
  const kernels = (await (await fetch(`${url}/api/kernels`, { headers })).json()) as { id: string }[];
  await Promise.all(kernels.map(({ id }) => fetch(`${url}/api/kernels/${id}`, { method: "DELETE", headers })));
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    const kill = setTimeout(() => child.kill("SIGKILL"), 10_000);
    child.once("exit", () => {
      clearTimeout(kill);
      resolve();
    });
    child.kill("SIGTERM");
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
