import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Locator, Page } from "playwright-core";
import type { Lab } from "./lab";

/** An output of a cell, as the notebook's document holds it. */
export interface CellOutput {
  readonly type: "stream" | "error" | "display_data" | "execute_result";
  /** Text of a stream, "Name: message" of an error, text/plain of a display. */
  readonly text: string;
  readonly mimes: readonly string[];
}

// The parts of JupyterLab that the page's own code uses (JupyterLab exposes itself as `jupyterapp` in test runs).
declare global {
  var jupyterapp: {
    commands: { execute(command: string, args?: object): Promise<unknown> };
    shell: { currentWidget: NotebookPanel };
  };
}
interface NotebookPanel {
  content: {
    activeCellIndex: number;
    deselectAll(): void;
    widgets: { model: CellModel }[];
    model: { sharedModel: { cells: unknown[]; insertCell(i: number, cell: object): void } };
  };
  context: { save(): Promise<void> };
  sessionContext: { session: { kernel: KernelConnection | null } | null };
}
interface CellModel {
  outputs?: { toJSON(): RawOutput[] };
  executionCount: number | null;
  executionState: string;
}
interface RawOutput {
  output_type: CellOutput["type"];
  text?: string | string[];
  ename?: string;
  evalue?: string;
  data?: Record<string, string | string[]>;
}
interface KernelConnection {
  status: string;
  connectionStatus: string;
  restart(): Promise<void>;
  interrupt(): Promise<void>;
}

const TIMEOUT_MS = 60_000;

/** What a notebook is opened in. */
export type FrontEnd = "JupyterLab" | "Notebook 7";

/** A notebook in a page of JupyterLab or Notebook 7, driven as a person drives it. */
export class NotebookPage {
  private constructor(
    readonly page: Page,
    readonly lab: Lab,
    readonly file: string,
    private readonly address: string,
  ) {}

  /** Opens a notebook of the lab's folder and waits until its kernel is idle. */
  static async open(page: Page, lab: Lab, file: string, frontEnd: FrontEnd = "JupyterLab"): Promise<NotebookPage> {
    const folder =
      frontEnd === "JupyterLab" ? `lab/workspaces/test-${randomBytes(4).toString("hex")}/tree` : "notebooks";
    const notebook = new NotebookPage(page, lab, file, `${lab.url}/${folder}/${file}?token=${lab.token}`);
    await notebook.visit();
    return notebook;
  }

  private async visit(): Promise<void> {
    const { address, page } = this;
    await page.goto(address, { timeout: TIMEOUT_MS });
    await page.waitForFunction(() => document.querySelector(".jp-Notebook .jp-Cell") !== null, null, {
      timeout: TIMEOUT_MS,
    });
    await this.idle();
  }

  /** Waits until the kernel is connected and has nothing to do. */
  async idle(timeout = TIMEOUT_MS): Promise<void> {
    await this.page.waitForFunction(
      () => {
        const kernel = globalThis.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel;
        return kernel?.status === "idle" && kernel.connectionStatus === "connected";
      },
      null,
      { timeout, polling: 50 },
    );
  }

  /** Loads the page again, as F5 does. */
  async reload(): Promise<void> {
    await this.page.evaluate(async () => {
      await globalThis.jupyterapp.shell.currentWidget.context.save();
      window.onbeforeunload = null;
    });
    await this.visit();
  }

  /** Runs cell `i` and waits for its end; returns its outputs. */
  async run(i: number, timeout = TIMEOUT_MS): Promise<CellOutput[]> {
    do {
      await this.start(i);
      await this.finished(i, timeout);
      // a stock tslab kernel aborts what comes within 200 ms of a failing cell: a person would run it again
    } while (!(await this.hasRun(i)));
    return this.outputs(i);
  }

  /** Starts cell `i` as Shift+Enter does, and does not wait. */
  async start(i: number): Promise<void> {
    await this.page.evaluate((i) => {
      const { content } = globalThis.jupyterapp.shell.currentWidget;
      content.activeCellIndex = i;
      content.deselectAll();
      void globalThis.jupyterapp.commands.execute("notebook:run-cell").catch(() => undefined);
    }, i);
  }

  /** Waits until cell `i` has run. */
  async finished(i: number, timeout = TIMEOUT_MS): Promise<void> {
    await this.page.waitForFunction(
      (i) => {
        const { model } = globalThis.jupyterapp.shell.currentWidget.content.widgets[i];
        return model.executionState === "idle";
      },
      i,
      { timeout, polling: 50 },
    );
    await this.idle(timeout);
  }

  private isIdle(i: number): Promise<boolean> {
    return this.page.evaluate(
      (i) => globalThis.jupyterapp.shell.currentWidget.content.widgets[i].model.executionState === "idle",
      i,
    );
  }

  private hasRun(i: number): Promise<boolean> {
    return this.page.evaluate(
      (i) => globalThis.jupyterapp.shell.currentWidget.content.widgets[i].model.executionCount !== null,
      i,
    );
  }

  /** Run > Run All Cells; waits for the end. */
  async runAll(timeout = TIMEOUT_MS): Promise<void> {
    const run = this.page.evaluate(() =>
      globalThis.jupyterapp.commands.execute("notebook:run-all-cells").catch(() => undefined),
    );
    await Promise.race([
      run,
      new Promise((_, reject) =>
        setTimeout(() => reject(new Error(`Run All took longer than ${timeout} ms`)), timeout).unref(),
      ),
    ]);
    await this.idle(timeout);
  }

  /** Adds a code cell at the end; returns its index. */
  addCell(source: string): Promise<number> {
    return this.page.evaluate((source) => {
      const { sharedModel } = globalThis.jupyterapp.shell.currentWidget.content.model;
      sharedModel.insertCell(sharedModel.cells.length, { cell_type: "code", source });
      return sharedModel.cells.length - 1;
    }, source);
  }

  /** Runs code in a new cell at the end; returns its outputs. */
  async runNew(source: string, timeout = TIMEOUT_MS): Promise<CellOutput[]> {
    return this.run(await this.addCell(source), timeout);
  }

  /**
   * Keeps the kernel computing, deaf to messages, in a new cell at the end, until it is let go; then `code` runs there.
   * @returns when the kernel has begun
   */
  async hold(code = ""): Promise<{ release(): Promise<void> }> {
    const folder = mkdtempSync(path.join(tmpdir(), "latentscope-hold-"));
    const [begun, over] = [path.join(folder, "begun"), path.join(folder, "over")];
    const cell = await this.addCell(`
      import { existsSync, writeFileSync } from "fs";
      writeFileSync(${JSON.stringify(begun)}, "");
      while (!existsSync(${JSON.stringify(over)}));
      ${code}`);
    await this.start(cell);
    for (const end = performance.now() + TIMEOUT_MS; !existsSync(begun); await this.page.waitForTimeout(50)) {
      if (performance.now() > end) throw new Error("the cell did not begin");
      if (!(await this.isIdle(cell))) continue;
      // a kernel aborts what comes right after a failing cell: a person would run it again
      if (await this.hasRun(cell)) throw new Error(`the cell failed: ${JSON.stringify(await this.outputs(cell))}`);
      await this.start(cell);
    }
    return {
      release: async () => {
        writeFileSync(over, "");
        await this.finished(cell);
      },
    };
  }

  /** The value of an expression in the kernel, by way of a new cell that prints it as JSON. Typed arrays become arrays. */
  async value<T>(expression: string): Promise<T> {
    const print = `console.log(JSON.stringify(${expression}, (_key: string, v: any) => ArrayBuffer.isView(v) ? Array.from(v as any) : v))`;
    const outputs = await this.runNew(print);
    const stream = outputs.filter((o) => o.type === "stream").map((o) => o.text);
    if (stream.length === 0) throw new Error(`no value for ${expression}: ${JSON.stringify(outputs)}`);
    return JSON.parse(stream.join("")) as T;
  }

  outputs(i: number): Promise<CellOutput[]> {
    return this.page.evaluate((i) => {
      const join = (text: string | string[] | undefined): string =>
        Array.isArray(text) ? text.join("") : (text ?? "");
      const raw = globalThis.jupyterapp.shell.currentWidget.content.widgets[i].model.outputs?.toJSON() ?? [];
      return raw.map((o) => {
        const text = o.output_type === "error" ? `${o.ename}: ${o.evalue}` : join(o.text ?? o.data?.["text/plain"]);
        return { type: o.output_type, text, mimes: Object.keys(o.data ?? {}) };
      });
    }, i);
  }

  /** Cell `i` on the page. */
  cell(i: number): Locator {
    return this.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-Cell").nth(i);
  }

  /** The map in cell `i`. */
  map(i: number): Locator {
    return this.cell(i).locator("[data-latentscope]");
  }

  async restartKernel(): Promise<void> {
    await this.page.evaluate(() => globalThis.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.restart());
    await this.idle();
  }

  interruptKernel(): Promise<void> {
    return this.page.evaluate(() =>
      globalThis.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.interrupt(),
    );
  }
}
