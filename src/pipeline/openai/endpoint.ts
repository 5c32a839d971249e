import { LatentScopeError } from "../../scope";

/** Where requests go, with which key, and what may be said about it. */
export interface Endpoint {
  /** Without credentials, query and slash at the end. */
  readonly baseURL: string;
  /** What followed the "?" of the base URL, as Azure's api-version. */
  readonly query: Readonly<Record<string, string>>;
  /** Host and path, "api.openai.com/v1": names the endpoint in messages and in the identity of a model. */
  readonly name: string;
  readonly key: string | undefined;
  /** True when the base URL is the default or the environment's: only then do the environment's key and headers go along. */
  readonly trustsEnvironment: boolean;
  /** True for OpenAI's own, where its prices hold. */
  readonly isOpenAI: boolean;
  /** A text that came from outside without the key or parts of it: endpoints echo them. */
  redact(text: string): string;
}

/** What the options say about an endpoint. */
export interface EndpointOptions {
  readonly baseURL?: string;
  readonly apiKey?: string;
}

/** Who calls, for messages and errors. */
export interface Caller {
  /** The model's name: "openai:text-embedding-3-small". */
  readonly name: string;
  /** The option that holds the options: "embed". */
  readonly option: string;
  /** The subject of sentences: "Embedding". */
  readonly what: string;
  /** Code of an error of this kind of work that has no code of its own. */
  readonly failure: LatentScopeError["code"];
  readonly endpoint: Endpoint;
}

const OPENAI_URL = "https://api.openai.com/v1";

/**
 * The endpoint that the options name; else the one of OPENAI_BASE_URL; else OpenAI's.
 *
 * The environment's key goes only where the environment says, or to OpenAI: a base URL that somebody pasted into a notebook must not get it.
 * @throws LatentScopeError `bad-option`; `endpoint-refused` when OpenAI's own endpoint would be asked without a key
 */
export function endpointOf(
  { baseURL, apiKey }: EndpointOptions,
  { name, option }: Pick<Caller, "name" | "option">,
): Endpoint {
  const fromEnvironment = process.env["OPENAI_BASE_URL"]?.trim();
  const url = parse(
    baseURL ?? (fromEnvironment || OPENAI_URL),
    baseURL === undefined ? "OPENAI_BASE_URL" : `${option}.baseURL`,
  );
  // a full address of one call is taken for its base
  const path = url.pathname.replace(/\/+(embeddings|chat\/completions)?\/*$/, "");
  const base = url.origin + path;
  const trustsEnvironment = baseURL === undefined || base === OPENAI_URL;
  const key = checkKey(
    apiKey ?? (trustsEnvironment ? process.env["OPENAI_API_KEY"] || undefined : undefined),
    apiKey === undefined ? "OPENAI_API_KEY" : `${option}.apiKey`,
  );
  const isOpenAI = url.host === "api.openai.com";
  if (key === undefined && isOpenAI)
    throw new LatentScopeError(
      "endpoint-refused",
      `The model "${name}" needs a key of OpenAI: set OPENAI_API_KEY in the environment of the kernel, or pass ${option}: { apiKey }. ` +
        `A server of your own is named by ${option}: { baseURL: "http://localhost:11434/v1" }.`,
    );
  const query = Object.fromEntries(url.searchParams);
  const secrets = [key ?? "", ...Object.values(query)];
  return {
    ...{ baseURL: base, query, name: url.host + path, key, trustsEnvironment, isOpenAI },
    redact: (text) => redact(text, secrets),
  };
}

/** The URL, which is never quoted: there may be a password in it. */
function parse(text: unknown, name: string): URL {
  const bad = (what: string): LatentScopeError => new LatentScopeError("bad-option", `${name} ${what}.`);
  const url = typeof text === "string" && URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw bad('is a URL that starts with "http://" or "https://", as "http://localhost:11434/v1"');
  if (url.username || url.password)
    throw bad("has a user or a password in it: take them out, and pass the key as apiKey");
  return url;
}

/** Checked here, because an error of the HTTP library would quote the key. */
function checkKey(key: unknown, name: string): string | undefined {
  if (key === undefined) return undefined;
  const trimmed = typeof key === "string" ? key.trim() : "";
  if (!/^[\x21-\x7e]+$/.test(trimmed))
    throw new LatentScopeError("bad-option", `${name} is a key: a text of letters, digits and signs without spaces.`);
  return trimmed;
}

const HIDDEN = "[key]";
/** A word that has so many characters in a row of a secret gives it away. */
const TELLING_LENGTH = 8;
/** Shorter ones are no secrets, and would be found in any text. */
const LEAST_SECRET = 4;

function redact(text: string, secrets: readonly string[]): string {
  const hidden = secrets.filter((secret) => secret.length >= LEAST_SECRET);
  const whole = hidden
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
  return whole.replace(/[^\s"'`<>(){}[\],;]+/g, (word) =>
    // OpenAI shows the ends of a key: "sk-proj-****abcd"
    /(^|\W)sk-[\w*-]{6,}/.test(word) || hidden.some((secret) => givesAway(word, secret)) ? HIDDEN : word,
  );
}

function givesAway(word: string, secret: string): boolean {
  for (let i = 0; i + TELLING_LENGTH <= word.length; i++)
    if (secret.includes(word.slice(i, i + TELLING_LENGTH))) return true;
  return false;
}
