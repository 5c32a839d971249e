import { inspect } from "node:util";
import pl from "nodejs-polars";
import {
  dollars,
  languageName,
  plural,
  previewTable,
  type ColumnPreview,
  type PreviewOptions,
  type TableInput,
  type TablePreview,
} from "../pipeline";
import { count, duration, escapeHtml } from "./progress";

/**
 * What `run` would do with a table, before it does it: its columns, the texts that would be embedded, how long that takes here, and what it
 * costs where a model is paid for. Nothing is written or sent. A model on this machine is tried for at most two seconds.
 *
 *     await latentscope.preview(df)
 *     await latentscope.preview(df, "text", { label: { model: "openai:gpt-4o-mini" } })
 *
 * @param textColumn the column to map. Default: the column of text that says most
 * @throws LatentScopeError as `run`, for tables and columns that make no map and for the options
 */
export async function preview(
  input: TableInput,
  textColumn?: string,
  { signal, ...options }: PreviewOptions & { signal?: AbortSignal } = {},
): Promise<Preview> {
  return new Preview(await previewTable(input, textColumn, options, signal));
}

/** What a run would do. As the last expression of a cell it is shown as a table. */
export class Preview {
  readonly #table: TablePreview;

  /** @internal use `preview` */
  constructor(table: TablePreview) {
    this.#table = table;
  }

  /**
   * One row a column: `column`, `type` (string, number, date, array, image), `nulls`, `distinct`, `least`, `greatest`, `shortest`, `longest` (characters),
   * `mean_length`, `example`, `note`.
   */
  get columns(): pl.DataFrame {
    const { columns } = this.#table;
    const texts = (name: string, of: (column: ColumnPreview) => string | null): pl.Series =>
      pl.Series(name, columns.map(of), pl.Utf8);
    const numbers = (
      name: string,
      of: (column: ColumnPreview) => number | undefined,
      type: typeof pl.Int64 | typeof pl.Float64 = pl.Int64,
    ): pl.Series =>
      pl.Series(
        name,
        columns.map((column) => of(column) ?? null),
        type,
      );
    return pl.DataFrame([
      texts("column", ({ name }) => name),
      texts("type", ({ type }) => type),
      numbers("nulls", ({ nulls }) => nulls),
      numbers("distinct", ({ distinct }) => (distinct < 0 ? undefined : distinct)),
      texts("least", ({ extent }) => asText(extent?.[0])),
      texts("greatest", ({ extent }) => asText(extent?.[1])),
      numbers("shortest", ({ lengths }) => lengths?.shortest),
      numbers("mean_length", ({ lengths }) => lengths?.mean, pl.Float64),
      numbers("longest", ({ lengths }) => lengths?.longest),
      texts("example", ({ example }) => example),
      texts("note", ({ note }) => note),
    ]);
  }

  /** The texts that would be mapped: how many, in which languages, how many are equal, known or too long, and with which model. */
  get texts(): TablePreview["text"] {
    return this.#table.text;
  }

  /**
   * How clusters would be labelled: by which `model`, for how many `clusters` (a guess unless `clustersKnown`), and what would be `sent`: the number
   * of `texts`, `promptTokens`, `answerTokens` at most, and the `cost` in US dollars where the price is known. Undefined for keywords.
   */
  get labels(): TablePreview["label"] {
    return this.#table.label;
  }

  /** About how long each step takes here: `step`, `seconds`; null where it depends on somebody else's machine. */
  get steps(): pl.DataFrame {
    const { seconds } = this.#table;
    return pl.DataFrame([
      pl.Series(
        "step",
        seconds.map(({ step }) => step),
        pl.Utf8,
      ),
      pl.Series(
        "seconds",
        seconds.map((step) => step.seconds),
        pl.Float64,
      ),
    ]);
  }

  /** What a person should know: renamed columns, … */
  get warnings(): readonly string[] {
    return this.#table.warnings;
  }

  /** What Jupyter shows. */
  [Symbol.for("Jupyter.display")](): Record<string, unknown> {
    return { "text/html": this.#html(), "text/plain": this.toString() };
  }

  [inspect.custom](): string {
    return this.toString();
  }

  toString(): string {
    const columns = this.#table.columns.map((column) => {
      const { name, type, nulls, distinct, note } = column;
      const counts = [nulls ? plural(nulls, "null") : "", distinct < 0 ? "" : `${count(distinct)} distinct`];
      return `  ${[name, type, ...counts, this.#values(column), note].filter(Boolean).join(" · ")}`;
    });
    return [...this.#sentences(), ...this.warnings, ...columns].join("\n");
  }

  #sentences(): string[] {
    const { rows, columns, text, seconds } = this.#table;
    const languages = text.languages
      .filter(({ share }) => share >= 0.02)
      .slice(0, 4)
      .map(({ language, share }) => `${languageName(language)} ${Math.round(share * 100)} %`);
    const lengths = columns.find(({ name }) => name === text.column)?.lengths;
    const parts = [
      plural(text.distinct, "distinct text"),
      text.duplicates ? plural(text.duplicates, "duplicate") : "",
      text.empty ? `${plural(text.empty, "row")} without text` : "",
      lengths ? `${count(Math.round(lengths.mean))} characters on average, ${count(lengths.longest)} at most` : "",
      languages.join(", "),
    ];
    const left = seconds.reduce((sum, step) => sum + (step.seconds ?? 0), 0);
    const unknown = seconds.filter((step) => step.seconds === null).map(({ step }) => step);
    const embedding = seconds.find(({ step }) => step === "embed")?.seconds ?? 0;
    const { price } = text;
    return [
      `${plural(rows, "row")}, ${plural(columns.length, "column")}. To be mapped: "${text.column}", ${parts.filter(Boolean).join(", ")}.`,
      `Embedding with ${text.model}${text.known ? `: ${count(text.known)} of the texts are known already` : ""}${text.cut ? `; some ${count(text.cut)} are longer than it reads` : ""}.`,
      unknown.length
        ? `About ${duration(left * 1000)} here, and what the ${unknown.length > 1 ? "models take" : "model takes"}.`
        : `About ${duration(left * 1000)} here, ${duration(embedding * 1000)} of it for embedding.`,
      ...(price?.tokens === undefined
        ? []
        : [`Some ${count(price.tokens)} tokens${price.cost === undefined ? "" : `, ${dollars(price.cost)}`}.`]),
      ...this.#labelSentences(),
    ];
  }

  #labelSentences(): string[] {
    const { label } = this.#table;
    if (!label) return [];
    const { model, clusters, clustersKnown, sent } = label;
    const about = clustersKnown
      ? `for ${plural(clusters, "cluster")}`
      : `if there are some ${plural(clusters, "cluster")}, which only clustering tells`;
    if (!sent) return [`Labels by ${model}, ${about}.`];
    const { texts, to, promptTokens, answerTokens, cost } = sent;
    const tokens = `some ${count(promptTokens)} tokens of prompts and at most ${count(answerTokens)} of answers`;
    const price = cost === undefined ? "The price is not known." : `About ${dollars(cost)}.`;
    return [
      `Labels by ${model}: some ${plural(texts, "text")} would be sent to ${to}, ${tokens}, ${about}. ${price} This is an estimate; nothing has been sent.`,
    ];
  }

  /** What is said of a column's values: their range, or the lengths of texts. */
  #values({ extent, lengths }: ColumnPreview): string {
    if (lengths) return `${range(count(lengths.shortest), count(lengths.longest))} characters`;
    return range(asText(extent?.[0]) ?? "", asText(extent?.[1]) ?? "");
  }

  #html(): string {
    const cell = (text: string, style = ""): string =>
      `<td style="text-align:left;padding:2px 12px 2px 0;${style}">${escapeHtml(text)}</td>`;
    const rows = this.#table.columns.map((column) => {
      const { name, type, nulls, distinct, note, example } = column;
      const cells = [
        cell(name, name === this.texts.column ? "font-weight:600" : ""),
        cell(type),
        cell(nulls ? count(nulls) : ""),
        cell(distinct < 0 ? "" : count(distinct)),
        cell(this.#values(column), "white-space:nowrap"),
        cell(note),
        cell(example, "opacity:.7"),
      ];
      return `<tr>${cells.join("")}</tr>`;
    });
    const head = ["column", "type", "nulls", "distinct", "values", "note", "example"];
    return [
      ...this.#sentences().map((line) => `<div style="font-size:13px">${escapeHtml(line)}</div>`),
      ...this.warnings.map((line) => `<div style="font-size:13px;color:#b26a00">⚠ ${escapeHtml(line)}</div>`),
      `<table style="font-size:13px;border-collapse:collapse;margin:6px 0"><thead><tr>`,
      ...head.map((name) => `<th style="text-align:left;padding:2px 12px 2px 0;opacity:.7">${name}</th>`),
      `</tr></thead><tbody>${rows.join("")}</tbody></table>`,
    ].join("");
  }
}

function range(least: string, greatest: string): string {
  return least === greatest ? least : `${least} to ${greatest}`;
}

function asText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "number") return Number(value.toPrecision(6)).toString();
  return typeof value === "string" ? value.replace(/T00:00:00$/, "") : JSON.stringify(value);
}
