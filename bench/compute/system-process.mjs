/** A system in a process of its own that answers requests line by line. */
import { spawn } from "node:child_process";
import { mkdirSync, openSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { cache, python } from "./environment.mjs";

const folder = path.dirname(fileURLToPath(import.meta.url));
const inJavaScript = new Set(["latentscope", "umap-js", "embedding-atlas"]);

export class SystemProcess {
  /** @type {{ resolve: (result: any) => void, reject: (error: Error) => void }[]} answers come in the order of the requests */
  #waiting = [];

  /** @param {string} system what it is for, or "judge" */
  constructor(system) {
    this.system = system;
    mkdirSync(cache, { recursive: true });
    const log = path.join(cache, `${system}.log`);
    const command = inJavaScript.has(system)
      ? [process.execPath, path.join(folder, "systems.mjs")]
      : [python, path.join(folder, "peers.py"), "serve"];
    this.child = spawn(command[0], command.slice(1), { stdio: ["pipe", "pipe", openSync(log, "a")] });
    createInterface({ input: this.child.stdout }).on("line", (line) => {
      const { result, error } = JSON.parse(line);
      const waiting = this.#waiting.shift();
      if (error === undefined) waiting.resolve(result);
      else waiting.reject(new Error(`${system}: ${error}`));
    });
    const gone = (why) => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error(`${system} ${why}; see ${log}`));
    };
    this.child.once("error", (error) => gone(error.message));
    this.child.once("close", (code, signal) => gone(`ended with ${signal ?? code}`));
    this.child.stdin.on("error", () => {}); // "close" tells
    this.kill = () => this.child.kill("SIGKILL");
    process.once("exit", this.kill);
  }

  /** Asks for something; rejects when it fails or the process is gone. */
  call(name, given = {}) {
    return new Promise((resolve, reject) => {
      if (this.child.exitCode !== null || this.child.signalCode !== null)
        return reject(new Error(`${this.system} has ended.`));
      this.#waiting.push({ resolve, reject });
      this.child.stdin.write(`${JSON.stringify({ call: name, arguments: given })}\n`);
    });
  }

  async end() {
    process.off("exit", this.kill);
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const closed = new Promise((resolve) => this.child.once("close", resolve));
    this.child.stdin.end();
    await closed;
  }
}
