// A Python environment of its own for a folder: .venv in it, from its requirements.txt, made again when that changes.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { must, step } from "./run-command.mjs";

/**
 * @param folder where requirements.txt is
 * @param what it is for, in what is printed
 * @param pip further arguments of `pip install`
 * @param version the least version of Python, as [3, 11]; by default any
 */
export function pythonEnvironment(folder, what, { pip = [], version } = {}) {
  const venv = path.join(folder, ".venv");
  const requirements = path.join(folder, "requirements.txt");
  const stamp = path.join(venv, "requirements.sha256");
  const program = (name) =>
    process.platform === "win32" ? path.join(venv, "Scripts", `${name}.exe`) : path.join(venv, "bin", name);
  return {
    /** A program of the environment: "python", "ls-umap". */
    program,
    /** Makes the environment; a second call finds it in place. */
    async ensure() {
      await step(what, async () => {
        const wanted = createHash("sha256").update(readFileSync(requirements)).digest("hex");
        if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return "there";
        const python = process.env.PYTHON ?? "python3";
        if (version)
          await must(`Python ${version.join(".")} or newer`, python, [
            ...["-c", `import sys; sys.exit(sys.version_info < (${version.join(", ")}))`],
          ]);
        await must("Making .venv", python, ["-m", "venv", "--clear", venv]);
        await must(`Installing ${what}`, program("python"), [
          ...["-m", "pip", "install", "--disable-pip-version-check", "--only-binary", ":all:", ...pip],
          ...["-r", requirements],
        ]);
        writeFileSync(stamp, wanted);
        return "installed";
      });
    },
  };
}
