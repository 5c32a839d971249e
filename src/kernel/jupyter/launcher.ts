#!/usr/bin/env node
/** Our own kernel: tslab with comms from the start, rich last expressions, error messages, and a better compiler set-up. */
import { createRequire } from "node:module";
import { getHub } from "./hub";
import { improveCompilerOptions } from "./compiler-options";
import { Converters, type CreateConverter } from "./converters";
import { ExecutorLog } from "./executor-log";
import { handleInterrupts } from "./interruption";
import { kernelClasses } from "./kernel-classes";
import { exitWithParent } from "./orphan";
import { patchTslab } from "./patch";
import { connectionFile, zeromqOf, type TslabExecutor, type TslabJupyter } from "./tslab";
import { serveWidgetControl } from "./widget-control";

type CreateExecutor = (
  folder: string,
  converters: Converters,
  log: { log: (value: unknown) => void; error: (first: unknown, ...rest: unknown[]) => void },
) => TslabExecutor;

function main(): void {
  const configPath = connectionFile();
  if (!configPath) throw new Error("Usage: launcher.js --config-path <Jupyter's connection file>");
  const require = createRequire(__filename);
  const tslabFile = require.resolve("tslab/dist/jupyter.js");
  const typescript = improveCompilerOptions(tslabFile);
  const { createConverter } = require("tslab/dist/converter.js") as { createConverter: CreateConverter };
  const { createExecutor } = require("tslab/dist/executor.js") as { createExecutor: CreateExecutor };
  const jupyter = require(tslabFile) as TslabJupyter;

  const hub = getHub();
  const log = new ExecutorLog(hub);
  patchTslab({ jupyter, zeromq: zeromqOf(tslabFile) }, hub, log);
  serveWidgetControl(hub);

  const executor = createExecutor(
    process.cwd(),
    new Converters(createConverter, typescript, () => hub.cellNumber),
    log,
  );
  const { Handler, Server } = kernelClasses(jupyter, typescript.version);
  handleInterrupts(hub, executor);
  process.on("uncaughtException", (error) => hub.report("Uncaught error in the background", error));
  process.on("unhandledRejection", (reason) => hub.report("Unhandled rejection in the background", reason));
  exitWithParent();
  void new Server(new Handler(executor, false), configPath).init();
}

main();
