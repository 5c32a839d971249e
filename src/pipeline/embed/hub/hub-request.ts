import { LatentScopeError, throwIfAborted } from "../../../scope";
import { version } from "../../version";

/** What a hub says of a file. */
export interface HubAnswer {
  readonly response: Response;
  /** True when the repository has no such file. */
  readonly missing: boolean;
  /** The commit that the revision stands for. */
  readonly commit: string | undefined;
  /** What the content is known by: the SHA-256 of weights, another hash of small files. Safe as the name of a file. */
  readonly etag: string;
  readonly bytes: number;
}

export interface HubQuestion {
  readonly method: "HEAD" | "GET";
  /** Byte to begin at. Default: 0 */
  readonly from?: number;
  readonly signal?: AbortSignal | undefined;
}

const DEFAULT_ENDPOINT = "https://huggingface.co";
/** How long the hub may take to begin its answer. */
const ANSWER_MS = 20_000;
const MOST_REDIRECTS = 5;

/**
 * Asks a hub for a file of a model, at `<endpoint>/<id>/resolve/<revision>/<file>`, with the headers and error codes of huggingface.co.
 * @throws LatentScopeError `unknown-model` when there is no such model or revision, or it is hidden; `endpoint-refused` when it may not be
 * fetched; `endpoint-unreachable`; `interrupted`
 */
export async function askHub(id: string, revision: string, file: string, question: HubQuestion): Promise<HubAnswer> {
  const endpoint = (process.env["HF_ENDPOINT"] || DEFAULT_ENDPOINT).replace(/\/+$/, "");
  const place = file.split("/").map(encodeURIComponent).join("/");
  const url = `${endpoint}/${id}/resolve/${encodeURIComponent(revision)}/${place}`;
  if (/^(1|true|yes|on)$/i.test(process.env["HF_HUB_OFFLINE"] ?? ""))
    throw unreachable(id, endpoint, "the environment variable HF_HUB_OFFLINE forbids it");
  const { response, commit } = await request(id, endpoint, url, question);
  const { headers, status } = response;
  const code = headers.get("x-error-code");
  const missing = status === 404 && code !== "RepoNotFound" && code !== "RevisionNotFound";
  if (status >= 400) await response.body?.cancel();
  if (!missing && status >= 400) throw refusal(id, revision, endpoint, status, code);
  const etag = (headers.get("x-linked-etag") ?? headers.get("etag") ?? "").replace(/^W\//, "").replace(/"/g, "");
  // where weights are stored may say something else than the hub
  if (question.method === "HEAD" && !missing && !/^[\w.-]+$/.test(etag))
    throw unreachable(id, endpoint, "it does not say which content a file has (no ETag)");
  return {
    response,
    missing,
    commit,
    etag,
    bytes: Number(headers.get("x-linked-size") ?? headers.get("content-length") ?? 0),
  };
}

async function request(
  id: string,
  endpoint: string,
  url: string,
  question: HubQuestion,
): Promise<{ response: Response; commit: string | undefined }> {
  const { method, from = 0, signal } = question;
  const token = process.env["HF_TOKEN"];
  const headers = {
    "user-agent": `latentscope/${version}`,
    // the size of what is stored, and ranges of it
    "accept-encoding": "identity",
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...(from ? { range: `bytes=${from}-` } : {}),
  };
  // only the beginning of an answer is waited for so long
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), ANSWER_MS);
  const signals = signal ? AbortSignal.any([signal, late.signal]) : late.signal;
  try {
    let at = url;
    let commit: string | null = null;
    for (let redirects = 0; ; redirects++) {
      // where weights are stored does not know their commit: a question ends at the hub. fetch itself keeps the token from other hosts.
      const redirect = method === "HEAD" ? "manual" : "follow";
      const response = await fetch(at, { method, headers, signal: signals, redirect });
      commit ??= response.headers.get("x-repo-commit");
      const to = response.headers.get("location");
      const isMoved = response.status >= 300 && response.status < 400 && to !== null && redirects < MOST_REDIRECTS;
      // a model that has another name now
      if (!isMoved || new URL(to, at).origin !== new URL(at).origin || response.headers.has("x-linked-etag"))
        return { response, commit: commit ?? undefined };
      at = new URL(to, at).href;
    }
  } catch (error) {
    throwIfAborted(signal, "Embedding");
    const { message, cause } = error as Error;
    throw unreachable(
      id,
      endpoint,
      late.signal.aborted
        ? `no answer in ${ANSWER_MS / 1000} seconds`
        : cause instanceof Error
          ? cause.message
          : message,
      error,
    );
  } finally {
    clearTimeout(timer);
  }
}

function refusal(
  id: string,
  revision: string,
  endpoint: string,
  status: number,
  code: string | null,
): LatentScopeError {
  const token = process.env["HF_TOKEN"]
    ? "that the environment variable HF_TOKEN holds"
    : "in the environment variable HF_TOKEN";
  if (code === "RevisionNotFound")
    return new LatentScopeError("unknown-model", `The model "${id}" has no revision "${revision}" at ${endpoint}.`);
  // without a token, huggingface.co answers 401 for models that do not exist, too
  if (code === "RepoNotFound" || (status === 401 && code === null && !process.env["HF_TOKEN"]))
    return new LatentScopeError(
      "unknown-model",
      `There is no model "${id}" at ${endpoint}, or it is private (${status}). Check its name; for a private model, give a token that may read it ${token}.`,
    );
  if (status === 401 || status === 403)
    return new LatentScopeError(
      "endpoint-refused",
      `${endpoint} refuses the model "${id}" (${status}${code ? `, ${code}` : ""}). Where it asks for terms to be accepted, accept them on the model's page; give a token that may read it ${token}.`,
    );
  return unreachable(id, endpoint, `it answers with the status ${status}`);
}

function unreachable(id: string, endpoint: string, why: string, cause?: unknown): LatentScopeError {
  return new LatentScopeError(
    "endpoint-unreachable",
    `The model "${id}" cannot be fetched from ${endpoint}: ${why}. Try again, name a mirror with the environment variable HF_ENDPOINT, ` +
      "or put the model's files into a folder and give that: hf:<folder> or onnx:<folder>.",
    { cause },
  );
}
