import type { StillStage } from "../map/still-stage";
import type { KernelLink } from "./kernel-link";

/** What the application exports: takes over a root element, and gives back how to end. */
export interface Application {
  /** Shows two maps side by side, in an element for each and one below for what became of what. */
  compare(context: ComparisonContext): { unmount: () => void };
  mount(context: {
    root: HTMLElement;
    link: KernelLink;
    /** The picture shown so far, if one was: the application starts from its view. */
    picture?: StillStage;
  }): { ready: Promise<void>; unmount: () => void };
}

/** What two maps side by side are made of. */
export interface ComparisonContext {
  readonly roots: readonly [HTMLElement, HTMLElement];
  readonly links: readonly [KernelLink, KernelLink];
  readonly below: HTMLElement;
  /** How far each row moved; NaN for rows without a place. */
  readonly moved: Float32Array;
}

interface Loading {
  readonly promise: Promise<Application>;
  readonly resolve: (application: Application) => void;
  readonly reject: (reason: unknown) => void;
  /** The request that parts are coming in for, and when the last one came. */
  leader: { readonly request: string; heardAt: number } | null;
}

const KEY = Symbol.for("latentscope.applications");

/**
 * Applications of this page by content hash. Every widget model has its own copy of this module, so the table hangs on the page itself:
 * each application is fetched and run once, however many maps there are.
 */
function loadingOf(hash: string): Loading {
  const page = globalThis as { [KEY]?: Map<string, Loading> };
  const table = (page[KEY] ??= new Map<string, Loading>());
  const known = table.get(hash);
  if (known) return known;
  let resolve: Loading["resolve"] = () => {};
  let reject: Loading["reject"] = () => {};
  const promise = new Promise<Application>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  promise.catch(() => table.delete(hash));
  const loading: Loading = { promise, resolve, reject, leader: null };
  table.set(hash, loading);
  return loading;
}

/** A request that brings nothing for this long no longer keeps other maps from asking. */
const LEADER_PATIENCE_MS = 5000;

/**
 * The application with this hash: from the page, or from the kernel in gzipped parts. While another map of the page is fetching it, this one waits.
 * Asks again whenever the kernel shows a sign of life; settles never when there is none.
 */
export function loadApplication(hash: string, link: KernelLink, signal: AbortSignal): Promise<Application> {
  const loading = loadingOf(hash);
  let request: string | null = null;
  let parts: (DataView | undefined)[] = [];

  const ask = () => {
    const now = performance.now();
    if (loading.leader && now - loading.leader.heardAt < LEADER_PATIENCE_MS) return;
    request = link.nextId();
    parts = [];
    loading.leader = { request, heardAt: now };
    if (!link.connection.send({ type: "app", id: request })) loading.leader = null;
  };

  const stop = link.onMessage((message, buffers) => {
    if (message.type === "app" && message.id === request) {
      if (loading.leader) loading.leader.heardAt = performance.now();
      parts.length = message.parts;
      parts[message.part] = buffers[0];
      if (Array.from(parts).every(Boolean)) run(parts as DataView[]).then(loading.resolve, loading.reject);
    } else if (message.type === "pong") ask();
  });
  signal.addEventListener("abort", stop);
  loading.promise.then(stop, stop);
  ask();
  return loading.promise;
}

/** Runs a gzipped ES module. */
async function run(parts: readonly DataView[]): Promise<Application> {
  const unzipped = new Blob([...parts] as BlobPart[]).stream().pipeThrough(new DecompressionStream("gzip"));
  const source = await new Response(unzipped).text();
  // never revoked: a map in a tab of its own imports it again
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  return (await import(/* @vite-ignore */ url)) as Application;
}
