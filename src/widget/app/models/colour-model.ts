import { computed, effect, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { Colouring } from "../../../picture/colouring";
import type { ColorBy, ColumnInfo, Content } from "../../../scope";
import type { Columns } from "../../sync/columns";
import type { Column } from "../../sync/requests";
import type { ScopeStore } from "../../sync/scope-store";
import { colourByCategory, colourByValue, tagCodes } from "../colour-by/colourings";
import { dateScale, numberScale, type ValueScale } from "../colour-by/value-scale";
import type { Similarities } from "./search-model";

/** What the colours of the points say, for the legend. */
export type Legend =
  | { readonly kind: "values"; readonly title: string; readonly values: ArrayLike<number>; readonly scale: ValueScale }
  | {
      readonly kind: "categories";
      readonly title: string;
      /** A column, or the tags. */
      readonly of: "column" | "tags";
      readonly codes: Uint16Array;
      readonly categories: readonly string[];
    };

/** How the points of a view are coloured. */
export interface ColourModel {
  /** The columns of the input; none until the kernel has told them. */
  readonly columns: ReadonlySignal<readonly ColumnInfo[]>;
  /** Whether colours say how near each row is to what was searched for, in this view. */
  readonly bySimilarity: Signal<boolean>;
  /** What colours say in place of all that a person can choose: a legend, or colours without one. */
  readonly given: Signal<{ readonly legend: Legend } | { readonly colouring: Colouring } | null>;
  readonly legend: ReadonlySignal<Legend | null>;
  readonly colouring: ReadonlySignal<Colouring | null>;
  /** Why the colours are not there: "" when they are, "…" while the kernel is asked. */
  readonly state: ReadonlySignal<string>;
  /** Colours by something else, in every view of the scope. */
  choose(by: ColorBy): void;
  readonly dispose: () => void;
}

export function makeColourModel(
  store: ScopeStore,
  source: Columns,
  content: ReadonlySignal<Content>,
  look: ReadonlySignal<ColorBy>,
  similarities: ReadonlySignal<Similarities | null>,
): ColourModel {
  const columns = signal<readonly ColumnInfo[]>([]);
  const column = signal<Column | null>(null);
  const state = signal("");
  const bySimilarity = signal(false);
  const given: ColourModel["given"] = signal(null);
  let ended = false;
  source.list().then(
    (found) => {
      if (!ended) columns.value = found;
    },
    (error: unknown) => (state.value = messageOf(error)),
  );
  const name = computed(() => (typeof look.value === "object" ? look.value.column : null));
  const stop = effect(() => {
    const wanted = name.value;
    column.value = null;
    state.value = wanted === null ? "" : "…";
    if (wanted === null) return;
    source.get(wanted).then(
      (found) => {
        if (ended || name.peek() !== wanted) return;
        column.value = found;
        state.value = "";
      },
      (error: unknown) => {
        if (!ended && name.peek() === wanted) state.value = messageOf(error);
      },
    );
  });
  const tags = computed(() => content.value.tags);
  const legend = computed<Legend | null>(() => {
    if (given.value) return "legend" in given.value ? given.value.legend : null;
    const near = similarities.value;
    if (bySimilarity.value && near)
      return {
        kind: "values",
        title: `Similarity to “${near.query}”`,
        values: near.values,
        scale: numberScale(near.values),
      };
    if (look.value === "tags")
      return {
        kind: "categories",
        title: "Tags",
        of: "tags",
        codes: tagCodes(tags.value, store.rows),
        categories: [...tags.value.keys()],
      };
    return column.value && legendOf(column.value);
  });
  const colouring = computed(() => {
    if (given.value && "colouring" in given.value) return given.value.colouring;
    const shown = legend.value;
    if (!shown) return null;
    return shown.kind === "values" ? colourByValue(shown.values, shown.scale) : colourByCategory(shown.codes);
  });
  return {
    columns,
    bySimilarity,
    given,
    legend,
    colouring,
    state,
    choose: (by) => {
      bySimilarity.value = false;
      store.setLook({ colorBy: by });
    },
    dispose: () => {
      ended = true;
      stop();
    },
  };
}

function legendOf(column: Column): Legend {
  const title = column.name;
  if (column.kind === "category") {
    const codes = column.values as Uint16Array;
    return { kind: "categories", title, of: "column", codes, categories: column.categories };
  }
  const { values } = column;
  return { kind: "values", title, values, scale: column.kind === "date" ? dateScale(values) : numberScale(values) };
}

/** What went wrong, for people. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
