/** The inputs of a session, as `history_request` asks for them. https://jupyter-client.readthedocs.io/en/latest/messaging.html#history */

/** One line of a `history_reply`: session, execution count, and the input (or input and output). */
export type HistoryItem = [session: number, line: number, input: string | [input: string, output: null]];

/** Sessions are counted from 1; there is only the present one. */
const SESSION = 1;

/** Inputs kept in memory. */
const LIMIT = 5000;

/** Inputs of this kernel in the order in which they ran. */
export class History {
  readonly #inputs: { readonly line: number; readonly source: string }[] = [];

  add(line: number, source: string): void {
    this.#inputs.push({ line, source });
    if (this.#inputs.length > LIMIT) this.#inputs.shift();
  }

  /** Answers a `history_request` of access type "tail", "range" or "search". Throws for any other. */
  query(request: Readonly<Record<string, unknown>>): HistoryItem[] {
    const found = this.#find(request);
    return found.map(({ line, source }) => [SESSION, line, request.output === true ? [source, null] : source]);
  }

  #find(request: Readonly<Record<string, unknown>>): readonly { readonly line: number; readonly source: string }[] {
    const last = typeof request.n === "number" ? Math.max(0, request.n) : Infinity;
    switch (request.hist_access_type) {
      case "tail":
        return this.#last(this.#inputs, last);
      case "range": {
        // Session 0 is the present one, a negative one is so many before it; `stop` is exclusive.
        if (request.session !== 0 && request.session !== SESSION && request.session !== undefined) return [];
        const start = typeof request.start === "number" ? request.start : 0;
        const stop = typeof request.stop === "number" ? request.stop : Infinity;
        return this.#inputs.filter(({ line }) => line >= start && line < stop);
      }
      case "search": {
        const pattern = globPattern(typeof request.pattern === "string" ? request.pattern : "*");
        const matching = this.#inputs.filter(({ source }) => pattern.test(source));
        return this.#last(request.unique === true ? lastOfEach(matching) : matching, last);
      }
      default:
        throw new Error(`history_request of unknown access type ${JSON.stringify(request.hist_access_type)}.`);
    }
  }

  #last<T>(items: readonly T[], n: number): readonly T[] {
    return n === Infinity ? items : items.slice(items.length - Math.min(n, items.length));
  }
}

/** `*` and `?` as in a shell, over the whole input. */
function globPattern(glob: string): RegExp {
  const body = glob
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${body}$`, "s");
}

function lastOfEach<T extends { readonly source: string }>(items: readonly T[]): readonly T[] {
  const bySource = new Map<string, T>();
  for (const item of items) {
    bySource.delete(item.source);
    bySource.set(item.source, item);
  }
  return [...bySource.values()];
}
