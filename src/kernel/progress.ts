/** How far a run is: pure text and HTML of the steps, for the cell's display and for a terminal. */

/** One step as it is shown. */
export interface StepView {
  readonly name: string;
  readonly done: number;
  readonly total: number;
  readonly unit: string;
  readonly note: string;
  /** Milliseconds since the step began (or that it took). */
  readonly elapsedMs: number;
  readonly finished: boolean;
  /** What to say of a finished step. */
  readonly summary: string;
}

/** "1,234 of 5,000 texts · 310/s · 12 s left" */
export function progressWords(step: StepView): string {
  if (step.finished) return `${step.summary} · ${duration(step.elapsedMs)}`;
  const seconds = step.elapsedMs / 1000;
  const rate = seconds > 0 ? step.done / seconds : 0;
  const parts = [step.total > 0 ? `${count(step.done)} of ${count(step.total)} ${step.unit}` : "…"];
  if (rate > 0 && seconds >= 1) parts.push(`${count(rate < 10 ? Math.round(rate * 10) / 10 : Math.round(rate))}/s`);
  if (rate > 0 && seconds >= 2 && step.total > step.done)
    parts.push(`${duration(((step.total - step.done) / rate) * 1000)} left`);
  if (step.note) parts.push(step.note);
  return parts.join(" · ");
}

/** All steps as lines of text. */
export function progressText(steps: readonly StepView[]): string {
  return steps.map((step) => `${step.finished ? "✓" : "…"} ${step.name.padEnd(7)} ${progressWords(step)}`).join("\n");
}

/** All steps as HTML, one line with a bar each. */
export function progressHtml(steps: readonly StepView[]): string {
  const lines = steps.map((step) => {
    const share = step.finished ? 1 : step.total > 0 ? Math.min(1, step.done / step.total) : 0;
    return (
      `<tr><td style="text-align:left;padding:1px 12px 1px 0">${escapeHtml(step.name)}</td>` +
      `<td style="padding:1px 12px 1px 0"><div style="width:160px;height:6px;border-radius:3px;background:rgba(128,128,128,.25)">` +
      `<div style="width:${(share * 100).toFixed(1)}%;height:6px;border-radius:3px;background:${step.finished ? "#5b8c6e" : "#4c78c9"}"></div></div></td>` +
      `<td style="text-align:left;padding:1px 0">${escapeHtml(progressWords(step))}</td></tr>`
    );
  });
  return `<table style="font-size:13px;border-collapse:collapse;margin:4px 0">${lines.join("")}</table>`;
}

/** "0.4 s", "12 s", "3 min 5 s" */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

export function count(n: number): string {
  return n.toLocaleString("en");
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
