import type { APIError } from "openai";
import { LatentScopeError } from "../../scope";
import { excerpt } from "../format";
import type { ErrorBody } from "./client";
import type { Caller } from "./endpoint";

/** What is to be done about a request that failed. */
export type Fault =
  /** Try again. */
  | {
      readonly kind: "transient";
      /** What the endpoint asks to wait. */
      readonly afterMs?: number;
      /** Why all requests are to wait, not only this one; as "rate limit". */
      readonly allWait?: string;
      /** True when nobody is there at all: that rarely passes soon. */
      readonly nobodyThere?: boolean;
      /** The error when trying again does not help. */
      readonly reason: LatentScopeError;
    }
  /** The endpoint does not take what it was given. */
  | { readonly kind: "input"; readonly message: string }
  | { readonly kind: "final"; readonly reason: LatentScopeError };

/** An answer that is none: a page of HTML, half a body. */
export class BadAnswer extends Error {}

/** The input of a request was refused; the message is the endpoint's, without secrets. */
export class RefusedInput extends Error {}

const KEPT = "What was finished is kept: run the same again to go on from there.";
/** Characters of what an endpoint says that are quoted. */
const QUOTED = 300;

/**
 * What an error of the client means. No error that it returns has the client's error as its cause: that one may hold the key.
 * @param timedOut true when the request was ended because it took too long
 */
export function faultOf(error: unknown, caller: Caller, timedOut: boolean): Fault {
  const { endpoint, failure } = caller;
  const transient = (what: string): Fault => ({
    kind: "transient",
    reason: new LatentScopeError(failure, `The endpoint ${endpoint.name} ${what}. ${KEPT}`),
  });
  if (error instanceof LatentScopeError) return { kind: "final", reason: error };
  if (timedOut) return transient("gave no whole answer in time, several times");
  if (error instanceof BadAnswer) return transient(endpoint.redact(error.message));
  const { status, headers, error: body } = error as Partial<APIError>;
  return status === undefined ? connectionFault(error, caller) : statusFault(status, headers, body, caller);
}

function statusFault(
  status: number,
  headers: Headers | undefined,
  { message = "", codes = [] }: Partial<ErrorBody> = {},
  { endpoint, name, option, failure }: Caller,
): Fault {
  const said = excerpt(endpoint.redact(message), QUOTED);
  const answer = said ? `It answered: ${status} ${said}` : `It answered with status ${status}.`;
  const final = (code: LatentScopeError["code"], text: string): Fault => ({
    kind: "final",
    reason: new LatentScopeError(code, text),
  });
  const has = (code: RegExp): boolean => codes.some((c) => code.test(c));

  if (status === 402 || has(/^(insufficient_quota|billing_hard_limit_reached)$/))
    return final("endpoint-refused", `The account at ${endpoint.name} has no credit left. ${answer} ${KEPT}`);
  if (status === 401 || status === 403 || has(/^invalid_api_key$/) || (status === 400 && /api[ _-]?key/i.test(message)))
    return final("endpoint-refused", `${keyAdvice(endpoint, option)} ${answer}`);
  if (status === 404 || has(/^model_not_found$/))
    return final(
      "unknown-model",
      `The endpoint ${endpoint.name} knows no model "${name.slice(name.indexOf(":") + 1)}", or there is nothing at that address: base URLs usually end in /v1. ${answer}`,
    );
  if (status >= 300 && status < 400)
    return final(
      "endpoint-refused",
      `The endpoint ${endpoint.name} answers with a redirect: give the address that it leads to as ${option}.baseURL. ${answer}`,
    );
  // llama.cpp says with status 500 that a text is too long
  if (
    [400, 413, 422].includes(status) ||
    (status === 500 && /too large to process|context (length|size)/i.test(message))
  )
    return { kind: "input", message: said || `status ${status}` };
  if ([408, 409, 429].includes(status) || status >= 500) {
    const afterMs = retryAfterMs(headers);
    const limited = status === 429;
    return {
      kind: "transient",
      afterMs,
      ...(limited || (status === 503 && afterMs !== undefined) ? { allWait: limited ? "rate limit" : "busy" } : {}),
      reason: limited
        ? new LatentScopeError(
            "endpoint-refused",
            `The endpoint ${endpoint.name} limits the rate and let nothing through for long. ${answer} ${KEPT}`,
          )
        : new LatentScopeError(failure, `The endpoint ${endpoint.name} failed several times. ${answer} ${KEPT}`),
    };
  }
  return final(failure, `The endpoint ${endpoint.name} did not do it. ${answer}`);
}

function keyAdvice({ name, key, trustsEnvironment }: Caller["endpoint"], option: string): string {
  if (key !== undefined)
    return `The endpoint ${name} does not accept the key, or the key does not allow this: see OPENAI_API_KEY or ${option}.apiKey.`;
  const why = trustsEnvironment ? "" : " The environment's OPENAI_API_KEY is not sent to a base URL of the options.";
  return `The endpoint ${name} wants a key: pass ${option}: { apiKey }.${why}`;
}

/** What an endpoint refused an input for, by its words: its length, or the number of texts of a request. */
export function refusedFor(message: string): "length" | "count" | undefined {
  // OpenAI and vLLM, llama.cpp, Ollama, TEI, in this order, with others that say similar things
  if (
    /context length|context size|context window|reduce (the|your) (length|prompt|input)|too large to process|exceeds? .*\b(length|tokens|context|n_ctx)|input length|must have less than \d+ tokens|too long|(entity|payload|content) too large|max_?(model|seq)_?len|maximum.{0,30}tokens/i.test(
      message,
    )
  )
    return "length";
  if (/batch[ _-]?size|too many (inputs|texts|items)|array too long|(maximum|max) (number|count) of/i.test(message))
    return "count";
  return undefined;
}

/** What the endpoint asks to wait: retry-after-ms, or Retry-After in seconds or as a date (RFC 9110, 10.2.3). */
function retryAfterMs(headers: Headers | undefined): number | undefined {
  const after = headers?.get("retry-after") ?? "";
  const candidates = [
    Number.parseFloat(headers?.get("retry-after-ms") ?? ""),
    /^\s*[\d.]+\s*$/.test(after) ? Number(after) * 1000 : Date.parse(after) - Date.now(),
  ];
  return candidates.find((ms) => ms > 0);
}

const NOBODY_THERE: readonly (readonly [RegExp, string])[] = [
  [/^ECONNREFUSED$/, "nothing listens there. Start the server, or check"],
  [/^(ENOTFOUND|EAI_AGAIN)$/, "its name is not known. Check the network and"],
  [/^(EHOSTUNREACH|ENETUNREACH)$/, "there is no way to it. Check the network and"],
  [
    /CERT|TLS|SSL|EPROTO|SIGNED|UNABLE_TO/,
    "no secure connection could be made. For a certificate of one's own set NODE_EXTRA_CA_CERTS; a local server mostly wants http, not https. Check",
  ],
];

function connectionFault(error: unknown, { endpoint, option }: Caller): Fault {
  const cause = causeOf(error);
  const known = NOBODY_THERE.find(([pattern]) => pattern.test(cause))?.[1];
  const why = known ?? "the connection broke off. Check the network and";
  return {
    kind: "transient",
    nobodyThere: known !== undefined,
    reason: new LatentScopeError(
      "endpoint-unreachable",
      `The endpoint ${endpoint.name} cannot be reached: ${why} ${option}.baseURL.${cause && ` (${endpoint.redact(cause)})`} ${KEPT}`,
    ),
  };
}

/** The system's code for what went wrong, as "ECONNREFUSED"; what the innermost error says where there is none. */
function causeOf(error: unknown): string {
  let said = "";
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { code?: unknown };
    if (typeof code === "string") return code;
    said = cause.message;
  }
  return said;
}
