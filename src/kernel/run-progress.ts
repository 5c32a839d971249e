import type { RunResult, StepName, StepProgress, StepReport } from "../pipeline";
import { jupyter } from "./notebook";
import { count, duration, escapeHtml, progressHtml, progressText, type StepView } from "./progress";

/** Shortest time between two lines on a terminal. */
const TERMINAL_INTERVAL_MS = 1000;

/**
 * Shows how far a run is: in a notebook one display, updated in place, that ends as one line; elsewhere lines on standard error.
 * The transport keeps updates to ten a second.
 */
export class RunProgress {
  readonly #display = makeDisplay();
  readonly #steps = new Map<StepName, StepView & { started: number }>();
  readonly #started = performance.now();

  /** A step has come so far. */
  progress(p: StepProgress): void {
    const started = this.#steps.get(p.step)?.started ?? performance.now();
    const elapsedMs = performance.now() - started;
    this.#steps.set(p.step, {
      name: p.step,
      ...p,
      note: p.note ?? "",
      elapsedMs,
      started,
      finished: false,
      summary: "",
    });
    this.#show();
  }

  /** A step is finished. */
  step(report: StepReport): void {
    const summary = report.reused ? `${report.summary} · reused` : report.summary;
    const view = {
      name: report.step,
      done: 1,
      total: 1,
      unit: "",
      note: "",
      elapsedMs: report.seconds * 1000,
      summary,
    };
    this.#steps.set(report.step, { ...view, started: 0, finished: true });
    this.#show();
  }

  /** The run is finished: what remains is one line, and its warnings. */
  finish(result: RunResult, where: string): void {
    const noise = result.saved.assignment.reduce((sum, id) => sum + Number(id === -1), 0);
    const clusters = result.saved.clusters.filter((c) => c.id !== -1).length;
    const took = result.steps
      .filter((s) => !s.reused && s.seconds >= 0.05)
      .map((s) => `${s.step} ${duration(s.seconds * 1000)}`);
    const times = took.length ? ` (${took.join(", ")})` : "";
    const reused = result.steps.every((s) => s.reused) ? " · everything reused" : "";
    const sent = result.steps.flatMap((step) => step.sent ?? []);
    const gone = sent.length ? ` · sent: ${sent.join(", ")}` : "";
    const line =
      `${result.dataset.name}/${result.scopeId}: ${count(result.saved.assignment.length)} rows · ${count(clusters)} clusters · ` +
      `${count(noise)} unclustered · ${duration(performance.now() - this.#started)}${times}${reused}${gone} · saved in ${where}`;
    this.#last(line, result.warnings);
  }

  /** A step that was done alone is finished: what remains is one line, and its warnings. */
  finishStep({ step, id, summary, seconds, reused, sent }: StepReport, warnings: readonly string[]): void {
    const gone = sent === undefined ? "" : ` · sent: ${sent}`;
    this.#last(`${step}: ${id} · ${summary} · ${reused ? "reused" : duration(seconds * 1000)}${gone}`, warnings);
  }

  #last(line: string, warnings: readonly string[]): void {
    const html = [
      `<div style="font-size:13px">${escapeHtml(line)}</div>`,
      ...warnings.map((w) => `<div style="font-size:13px;color:#b26a00">⚠ ${escapeHtml(w)}</div>`),
    ];
    this.#display.last(html.join(""), [line, ...warnings.map((w) => `Warning: ${w}`)].join("\n"));
  }

  /** The run ended early: the steps stay as they were, with the reason below. */
  stop(reason: string): void {
    const views = [...this.#steps.values()];
    if (views.length === 0) return; // nothing was begun: the error says it all
    const html = `${progressHtml(views)}<div style="font-size:13px;color:#b26a00">${escapeHtml(reason)}</div>`;
    this.#display.last(html, `${progressText(views)}\n${reason}`);
  }

  #show(): void {
    const views = [...this.#steps.values()];
    this.#display.update(() => ({ html: progressHtml(views), text: progressText(views) }));
  }
}

interface ProgressDisplay {
  update(render: () => { html: string; text: string }): void;
  last(html: string, text: string): void;
}

function makeDisplay(): ProgressDisplay {
  const transport = jupyter();
  if (transport) {
    const display = new transport.CellDisplay();
    return {
      update: (render) => {
        const { html, text } = render();
        display.html(html, text);
      },
      last: (html, text) => display.html(html, text),
    };
  }
  let shownAt = 0;
  return {
    update: (render) => {
      if (performance.now() - shownAt < TERMINAL_INTERVAL_MS) return;
      shownAt = performance.now();
      process.stderr.write(`${render().text.split("\n").at(-1)}\n`);
    },
    last: (_html, text) => process.stderr.write(`${text}\n`),
  };
}
