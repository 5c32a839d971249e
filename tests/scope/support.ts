import fc from "fast-check";
import {
  applyEntry,
  LatentScopeError,
  rowList,
  rowSet,
  savedContent,
  type Cluster,
  type ClusterId,
  type Edit,
  type LabelSource,
  type LogEntry,
  type SavedContent,
  type ScopeState,
} from "../../src/scope";

export const id = (cluster: number): ClusterId => cluster as ClusterId;

export function cluster(number: number, label: string, labelSource: LabelSource = "keywords"): Cluster {
  return {
    id: id(number),
    label,
    description: `about ${label}`,
    labelSource,
    labelModel: null,
    labelError: null,
    stale: false,
    swatch: null,
  };
}

/** Eight rows: two of Taxes, two of Treaties, three of Roads, one outlier. */
export const saved: SavedContent = savedContent(
  [cluster(0, "Taxes"), cluster(1, "Treaties"), cluster(4, "Roads")],
  Int32Array.from([0, 0, 1, -1, 4, 4, 4, 1]),
);

let made = 0;

export function entry(state: ScopeState, edit: Edit): LogEntry {
  const time = "2026-01-02T03:04:05.000Z";
  return { revision: state.revision + 1, id: `e${made++}`, time, actor: "code", edit };
}

export const apply = (state: ScopeState, edit: Edit): ScopeState => applyEntry(state, entry(state, edit));

/** The state after an edit, or the same state when it does not fit. */
export function applyIfFits(state: ScopeState, edit: Edit): ScopeState {
  try {
    return apply(state, edit);
  } catch (error) {
    if (error instanceof LatentScopeError) return state;
    throw error;
  }
}

/** The code of the error that `act` throws. */
export function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof LatentScopeError) return error.code;
    throw error;
  }
  return "no error";
}

/** Any edits of a scope with so many rows and clusters, most of which fit. */
export function anyEdit(rows: number, clusters: number): fc.Arbitrary<Edit> {
  const someRows = fc.uniqueArray(fc.nat(rows - 1), { maxLength: Math.min(rows, 12) }).map((list) => rowSet(list));
  const someList = fc.uniqueArray(fc.nat(rows - 1), { maxLength: 4 }).map((list) => rowList(list));
  const someCluster = fc.integer({ min: -1, max: clusters + 2 }).map(id);
  const label = fc.oneof(fc.constantFrom("A", "B", "مرحبا", "<b>x</b>"), fc.string({ maxLength: 8 }));
  const tag = fc.constantFrom("check", "👍", "later");
  const halves = fc.record({ cluster: someCluster, a: someRows, b: someRows });
  const part = (set: ReturnType<typeof rowSet>, name: string) => ({
    ...{ rows: set, label: name, description: "", labelModel: null },
    labelSource: "keywords" as const,
  });
  const oldLabel = fc.constantFrom("Taxes", "Treaties", "Roads", "A", "B", "one", "new");
  return fc.oneof(
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("rename" as const), cluster: someCluster, label }) },
    fc.record({ kind: fc.constant("merge" as const), clusters: fc.array(someCluster, { maxLength: 3 }) }),
    fc.record({ kind: fc.constant("merge" as const), clusters: fc.array(someCluster, { maxLength: 3 }), label }),
    halves.map(({ cluster: of, a, b }) => ({
      kind: "split" as const,
      cluster: of,
      parts: [part(a, "one"), part(b, "two")],
    })),
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("assign" as const), rows: someRows, cluster: someCluster }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("assign" as const), rows: someRows, label }) },
    fc.record({
      kind: fc.constant("outliers" as const),
      moves: fc.array(fc.record({ cluster: someCluster, rows: someRows }), { maxLength: 2 }),
    }),
    fc.record({ kind: fc.constantFrom("delete" as const, "restore" as const), rows: someRows }),
    fc.record({ kind: fc.constantFrom("tag" as const, "untag" as const), rows: someRows, tag }),
    fc.tuple(someCluster, oldLabel).map(([of, replaces]) => ({
      kind: "relabel" as const,
      labels: [
        {
          ...{ cluster: of, replaces, label: "new", description: "" },
          labelSource: "keywords" as const,
          labelModel: null,
          labelError: null,
        },
      ],
    })),
    fc.record({ kind: fc.constant("remember" as const), name: fc.constantFrom("odd", "mine", ""), rows: someList }),
    fc.record({ kind: fc.constant("forget" as const), name: fc.constantFrom("odd", "mine") }),
    { weight: 4, arbitrary: fc.constantFrom({ kind: "undo" as const }, { kind: "redo" as const }) },
  );
}
