import { batch, computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { RowDetails } from "../../sync/row-details";
import type { Requests } from "../../sync/requests";
import { findInTexts, nearest } from "../find";
import { messageOf } from "./colour-model";

/** How near each row is to a text. */
export interface Similarities {
  readonly query: string;
  /** Cosines; NaN for rows without text. */
  readonly values: Float32Array;
}

/** Rows that contain a text. */
export interface Found {
  readonly rows: Uint32Array;
  /** False while only the texts that are on the page have been looked at. */
  readonly complete: boolean;
}

/** One search box: what is looked for, and what has been found so far. */
export interface SearchModel {
  /** As it was typed. */
  readonly query: Signal<string>;
  readonly found: ReadonlySignal<Found | null>;
  readonly similarities: ReadonlySignal<Similarities | null>;
  /** Rows nearest in meaning, best first. */
  readonly best: ReadonlySignal<Uint32Array>;
  /** Whether the kernel has been asked for meaning and has not answered. */
  readonly searching: ReadonlySignal<boolean>;
  /** Why there is no answer. */
  readonly problem: ReadonlySignal<string>;
  /** Looks for a text: in what is here at once, in all texts and by meaning after a pause. */
  type(query: string): void;
  /** Asks for meaning without a pause. */
  submit(): void;
  clear(): void;
}

/** Results by meaning that are numbered on the map. */
const BEST = 20;
/** Longest query: a whole text may be one. */
const MAX_QUERY = 2000;
const TEXT_PAUSE_MS = 180;
const MEANING_PAUSE_MS = 650;

/** @param deleted 1 for each row that is not to be found */
export function makeSearchModel(requests: Requests, details: RowDetails, deleted: () => Uint8Array): SearchModel {
  const query = signal("");
  const found = signal<Found | null>(null);
  const similarities = signal<Similarities | null>(null);
  const searching = signal(false);
  const problem = signal("");
  let abort = new AbortController();
  let timers: ReturnType<typeof setTimeout>[] = [];

  const reset = () => {
    abort.abort();
    abort = new AbortController();
    timers.forEach(clearTimeout);
    timers = [];
  };
  const text = () => query.peek().trim().slice(0, MAX_QUERY);
  const askTexts = async () => {
    const { signal: aborted } = abort;
    try {
      const rows = await requests.find(text(), aborted);
      found.value = { rows, complete: true };
    } catch (error) {
      if (!aborted.aborted) problem.value = messageOf(error);
    }
  };
  const askMeaning = async () => {
    const { signal: aborted } = abort;
    const asked = text();
    if (searching.peek() || similarities.peek()?.query === asked) return;
    searching.value = true;
    problem.value = "";
    try {
      const values = await requests.search(asked, aborted);
      batch(() => {
        similarities.value = { query: asked, values };
        searching.value = false;
      });
    } catch (error) {
      if (aborted.aborted) return;
      batch(() => {
        problem.value = messageOf(error);
        searching.value = false;
      });
    }
  };
  return {
    query,
    found,
    similarities,
    searching,
    problem,
    best: computed(() => {
      const near = similarities.value;
      return near ? nearest(near.values, BEST, deleted()) : new Uint32Array(0);
    }),
    type(typed) {
      reset();
      const wanted = typed.trim().slice(0, MAX_QUERY);
      batch(() => {
        query.value = typed;
        searching.value = false;
        problem.value = "";
        if (similarities.peek()?.query !== wanted) similarities.value = null;
        found.value = wanted ? { rows: findInTexts(details.known(), wanted), complete: false } : null;
      });
      if (!wanted) return;
      timers = [setTimeout(() => void askTexts(), TEXT_PAUSE_MS), setTimeout(() => void askMeaning(), MEANING_PAUSE_MS)];
    },
    submit: () => {
      if (text()) void askMeaning();
    },
    clear() {
      this.type("");
    },
  };
}
