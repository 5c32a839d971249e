import type { OpenAI } from "openai" with { "resolution-mode": "import" };
import type { Endpoint } from "./endpoint";

/** Sent where no key is known: the client wants one, and servers of one's own ignore it. */
const NO_KEY = "no-key";

/**
 * OpenAI's client for an endpoint. It is loaded now, not when this library is, and neither retries nor logs: that is done by who calls it.
 * @param timeoutMs until the head of the answer; the signal of a request ends it in any state
 */
export async function connect(endpoint: Endpoint, timeoutMs: number): Promise<OpenAI> {
  const { OpenAI: Client } = await import("openai");
  const { baseURL, query, key = NO_KEY, trustsEnvironment } = endpoint;
  return new Client({
    baseURL,
    defaultQuery: { ...query },
    apiKey: key,
    adminAPIKey: null,
    webhookSecret: null,
    maxRetries: 0,
    timeout: timeoutMs,
    // OPENAI_LOG would print requests into the notebook
    logLevel: "off",
    // a redirect would make a GET of the request
    fetchOptions: { redirect: "manual" },
    fetch: async (url, init) => wholeError(await fetch(url, init)),
    // without these, the client takes them from the environment
    ...(trustsEnvironment
      ? {}
      : {
          organization: null,
          project: null,
          defaultHeaders: { ...environmentHeaders(), authorization: `Bearer ${key}` },
        }),
  });
}

/** The headers that OPENAI_CUSTOM_HEADERS would add, as null: not to be sent. */
function environmentHeaders(): Record<string, null> {
  const lines = (process.env["OPENAI_CUSTOM_HEADERS"] ?? "").split("\n").filter((line) => line.includes(":"));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(":")).trim().toLowerCase(), null]));
}

/** The client drops what an endpoint says when it is not under "error", as in vLLM's and FastAPI's answers: put it there. */
async function wholeError(response: Response): Promise<Response> {
  if (response.ok) return response;
  const text = await response.text().catch(() => "");
  const { status, statusText, headers } = response;
  return new Response(JSON.stringify({ error: errorIn(text) }), { status, statusText, headers });
}

/** What an answer of an error says. */
export interface ErrorBody {
  readonly message: string;
  /** "insufficient_quota", "model_not_found", … */
  readonly codes: readonly string[];
}

function errorIn(text: string): ErrorBody {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { message: text, codes: [] };
  }
  const inner: unknown = (body as { error?: unknown } | null)?.error ?? body;
  if (typeof inner === "string") return { message: inner, codes: [] };
  const { message, detail, code, type } = (inner ?? {}) as Record<string, unknown>;
  const what = message ?? detail ?? inner;
  return {
    message: typeof what === "string" ? what : JSON.stringify(what),
    codes: [code, type].filter((name) => typeof name === "string"),
  };
}
