import { execFile, spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const venv = path.join(__dirname, ".venv");

/** A program of the Python tool: "ls-umap". */
function program(name: string): string {
  const file = process.platform === "win32" ? path.join(venv, "Scripts", `${name}.exe`) : path.join(venv, "bin", name);
  if (!existsSync(file)) throw new Error(`There is no ${file}: npm run test:python-tool installs it.`);
  return file;
}

/** Home and working folder of the tool, where it leaves settings and caches. */
const home = mkdtempSync(path.join(tmpdir(), "latentscope-tool-"));

const options = (dataDir: string) => ({
  cwd: home,
  env: {
    ...process.env,
    HOME: home,
    LATENT_SCOPE_DATA: dataDir,
    LATENT_SCOPE_NO_DOTENV: "1",
    OPENAI_API_KEY: "none",
    NO_PROXY: "127.0.0.1",
    MPLBACKEND: "Agg",
  },
});

/** Runs a command of the tool to its end. */
export async function tool(dataDir: string, name: string, ...args: (string | number)[]): Promise<void> {
  try {
    await promisify(execFile)(program(name), args.map(String), { ...options(dataDir), maxBuffer: 1 << 26 });
  } catch (error) {
    // now and then LanceDB's threads abort an interpreter that is at its end, all its work done
    const { signal, stderr } = error as { signal?: string; stderr?: string };
    if (signal !== "SIGABRT" || !stderr?.includes("Python runtime state: finalizing")) throw error;
  }
}

/** The tool's server. */
export interface Server {
  /** The answer of a GET route, parsed; fails unless its status is 200. */
  get<T>(route: string, query?: Record<string, string | number>): Promise<T>;
  post<T>(route: string, body: unknown): Promise<T>;
  stop(): Promise<void>;
}

/** Starts `ls-serve` on a free port of this machine. */
export async function serve(dataDir: string): Promise<Server> {
  const port = await freePort();
  const child = spawn(program("ls-serve"), [dataDir, "--host", "127.0.0.1", "--port", String(port)], {
    ...options(dataDir),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += String(text)));
  const url = `http://127.0.0.1:${port}/api/`;
  const call = async <T>(route: string, request?: RequestInit): Promise<T> => {
    const response = await fetch(url + route, request);
    const body = await response.text();
    if (response.status !== 200) throw new Error(`${route}: ${response.status} ${body}\n${said.slice(-2000)}`);
    return JSON.parse(body) as T;
  };
  const server: Server = {
    get: (route, query = {}) => {
      const parameters = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]));
      return call(parameters.size ? `${route}?${parameters.toString()}` : route);
    },
    post: (route, body) =>
      call(route, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    stop: () => end(child),
  };
  await untilAnswers(`${url}version`, child, () => said);
  return server;
}

/** Starts the bundled static model behind the OpenAI API: its url, and a function that ends it. */
export async function serveModel(): Promise<{ url: string; stop: () => Promise<void> }> {
  const child = spawn(process.execPath, [path.join(__dirname, "embedding-endpoint.mjs")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (text) => resolve(String(text).trim()));
    child.once("exit", () => reject(new Error("The model did not start.")));
  });
  return { url, stop: () => end(child) };
}

async function untilAnswers(url: string, child: ChildProcess, said: () => string): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (Date.now() < deadline && child.exitCode === null) {
    const answered = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await end(child);
  throw new Error(`ls-serve did not start:\n${said()}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill();
  const insist = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await ended;
  clearTimeout(insist);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
