import { LatentScopeError } from "../../scope";
import { count, plural } from "../format";

/** US dollars per million tokens at api.openai.com. */
export interface Price {
  readonly input: number;
  /** Of what a model writes; nothing for one that writes nothing. */
  readonly output: number;
}

/** Prices of embedding models: of input only. */
const PRICES: Readonly<Record<string, number>> = {
  "text-embedding-3-small": 0.02,
  "text-embedding-3-large": 0.13,
  "text-embedding-ada-002": 0.1,
};

/** Prices of chat models, input and output. */
const CHAT_PRICES: Readonly<Record<string, readonly [input: number, output: number]>> = {
  "gpt-4o": [2.5, 10],
  "gpt-4o-mini": [0.15, 0.6],
  "gpt-4.1": [2, 8],
  "gpt-4.1-mini": [0.4, 1.6],
  "gpt-4.1-nano": [0.1, 0.4],
  "gpt-5": [1.25, 10],
  "gpt-5-mini": [0.25, 2],
  "gpt-5-nano": [0.05, 0.4],
};

/** What OpenAI takes for a model, in US dollars per million tokens; undefined when that is not known here. */
export function knownPrice(model: string): number | undefined {
  return Object.hasOwn(PRICES, model) ? PRICES[model] : undefined;
}

/** As {@link knownPrice}, of a model that answers. */
export function knownChatPrice(model: string): Price | undefined {
  if (!Object.hasOwn(CHAT_PRICES, model)) return undefined;
  const [input, output] = CHAT_PRICES[model];
  return { input, output };
}

/** What the requests of one run cost so far, and may cost. */
export class Spending {
  /** US dollars. */
  private spent = 0;
  /** What requests under way may cost, in US dollars. */
  private readonly reserved = new Set<{ readonly cost: number }>();

  /**
   * @param price US dollars per million tokens, a number for input only; undefined when nothing is known or to be paid: then there is no limit
   * @param most US dollars
   * @param option where the limit is set: "embed"
   */
  constructor(
    readonly price: number | Price | undefined,
    private readonly most: number,
    private readonly option: string,
  ) {}

  /** Adds what was used, and returns what it costs. */
  add(tokens: number, answered = 0): number | undefined {
    const cost = this.costOf(tokens, answered);
    this.spent += cost ?? 0;
    return cost;
  }

  /**
   * @param what is to be sent: "3 texts"
   * @param tokens of all of it, estimated
   * @param answered tokens of the answers, estimated
   * @throws LatentScopeError `cost-limit` when it would cost more than is left
   */
  check(what: string, tokens: number, answered = 0): void {
    const cost = this.costOf(tokens, answered) ?? 0;
    const before = [...this.reserved].reduce((sum, { cost }) => sum + cost, this.spent);
    if (before + cost <= this.most) return;
    const underWay = this.reserved.size ? ", with what is under way" : "";
    const spent = before ? ` ${dollars(before)} have been spent${underWay}; what came is kept.` : " Nothing was sent.";
    throw new LatentScopeError(
      "cost-limit",
      `${what} of about ${plural(tokens + answered, "token")} in all would cost about ${dollars(cost)}, and the limit is ${dollars(this.most)}.${spent} ` +
        `To go on: ${this.option}: { maxCost: ${Math.ceil((before + cost) * 1.05)} }.`,
    );
  }

  /**
   * As {@link check}; until the returned function is called, others have so much less to spend.
   * @throws LatentScopeError `cost-limit`
   */
  reserve(what: string, tokens: number, answered = 0): () => void {
    this.check(what, tokens, answered);
    const part = { cost: this.costOf(tokens, answered) ?? 0 };
    this.reserved.add(part);
    return () => void this.reserved.delete(part);
  }

  /** US dollars; undefined when the price is not known. */
  costOf(tokens: number, answered = 0): number | undefined {
    if (this.price === undefined) return undefined;
    const { input, output } = typeof this.price === "number" ? { input: this.price, output: 0 } : this.price;
    return (tokens * input + answered * output) / 1e6;
  }
}

/** "$0.0012", "$1.20", "$1,200" */
export function dollars(amount: number): string {
  return `$${amount < 1 ? amount.toPrecision(2) : amount < 100 ? amount.toFixed(2) : count(amount)}`;
}
