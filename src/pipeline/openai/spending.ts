import { LatentScopeError } from "../../scope";
import { count, plural } from "../format";

/** US dollars per million tokens of input at api.openai.com. */
const PRICES: Readonly<Record<string, number>> = {
  "text-embedding-3-small": 0.02,
  "text-embedding-3-large": 0.13,
  "text-embedding-ada-002": 0.1,
};

/** What OpenAI takes for a model, in US dollars per million tokens; undefined when that is not known here. */
export function knownPrice(model: string): number | undefined {
  return Object.hasOwn(PRICES, model) ? PRICES[model] : undefined;
}

/** What the requests of one run cost so far, and may cost. */
export class Spending {
  private tokens = 0;

  /**
   * @param price US dollars per million tokens; undefined when nothing is known or to be paid: then there is no limit
   * @param most US dollars
   * @param option where the limit is set: "embed"
   */
  constructor(
    readonly price: number | undefined,
    private readonly most: number,
    private readonly option: string,
  ) {}

  /** Adds what was used, and returns what it costs. */
  add(tokens: number): number | undefined {
    this.tokens += tokens;
    return this.costOf(tokens);
  }

  /**
   * @param texts that are to be sent
   * @param tokens of all of them, estimated
   * @throws LatentScopeError `cost-limit` when they would cost more than is left
   */
  check(texts: number, tokens: number): void {
    const before = this.costOf(this.tokens) ?? 0;
    const cost = this.costOf(tokens) ?? 0;
    if (before + cost <= this.most) return;
    const spent = before ? ` ${dollars(before)} have been spent; what came is kept.` : " Nothing was sent.";
    throw new LatentScopeError(
      "cost-limit",
      `${plural(texts, "text")} of about ${plural(tokens, "token")} in all would cost about ${dollars(cost)}, and the limit is ${dollars(this.most)}.${spent} ` +
        `To go on: ${this.option}: { maxCost: ${Math.ceil((before + cost) * 1.05)} }.`,
    );
  }

  /** US dollars; undefined when the price is not known. */
  costOf(tokens: number): number | undefined {
    return this.price === undefined ? undefined : (tokens * this.price) / 1e6;
  }
}

function dollars(amount: number): string {
  return `$${amount < 1 ? amount.toPrecision(2) : amount < 100 ? amount.toFixed(2) : count(amount)}`;
}
