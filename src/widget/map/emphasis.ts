import { LEFT_OUT, OUTSTANDING } from "../../picture/draw-points";
import type { Content } from "../../scope";

/** The rows that stand out on the map, and those that are left out. */
export interface Emphasis {
  /** 0 for most rows, {@link OUTSTANDING} or {@link LEFT_OUT}. */
  readonly flags: Uint8Array;
  /** Whether rows stand out. */
  readonly any: boolean;
  /** 1 for each row that can be neither hovered nor selected: what is not drawn, and what is left out. Null when all can. */
  readonly untouchable: Uint8Array | null;
  /** In a preview, the clusters that rows come to; null without. */
  readonly clusters: ReadonlySet<number> | null;
  readonly of?: EmphasisSource;
}

interface EmphasisSource {
  readonly selection: Uint32Array;
  /** 1 for each row that is not drawn. */
  readonly hidden: Uint8Array | null;
  /** 1 for each row that passes the filter; null without one. */
  readonly filter: Uint8Array | null;
  readonly previewed: Content | null;
  readonly current: Content;
}

/** The rows that a preview moves, or else those selected and to be seen. `before` is given back when nothing of it has changed. */
export function emphasis(rows: number, of?: EmphasisSource, before?: Emphasis): Emphasis {
  if (!of) return { flags: new Uint8Array(rows), any: false, untouchable: null, clusters: null };
  const last = before?.of;
  const unselected = last?.selection === of.selection && last.hidden === of.hidden && last.filter === of.filter;
  const unmoved =
    last?.previewed?.assignment === of.previewed?.assignment &&
    (!of.previewed || last?.current.assignment === of.current.assignment);
  if (before && unselected && unmoved) return before;
  const { previewed, current, hidden, filter } = of;
  const same = last?.hidden === hidden && last.filter === filter;
  const untouchable = same ? (before?.untouchable ?? null) : neither(hidden, filter);
  // a preview shows all that it moves, whatever the filter
  const flags = new Uint8Array(rows);
  if (filter && !previewed) for (let row = 0; row < rows; row++) flags[row] = filter[row] ? 0 : LEFT_OUT;
  const outstanding = previewed ? moved(flags, previewed, current) : selected(flags, of.selection, untouchable);
  return { flags, untouchable, ...outstanding, of };
}

function neither(hidden: Uint8Array | null, filter: Uint8Array | null): Uint8Array | null {
  if (!filter) return hidden;
  const untouchable = hidden?.slice() ?? new Uint8Array(filter.length);
  for (let row = 0; row < filter.length; row++) if (!filter[row]) untouchable[row] = 1;
  return untouchable;
}

type Outstanding = Pick<Emphasis, "any" | "clusters">;

function selected(flags: Uint8Array, selection: Uint32Array, untouchable: Uint8Array | null): Outstanding {
  let any = false;
  for (let i = 0; i < selection.length; i++)
    if (!untouchable?.[selection[i]]) {
      flags[selection[i]] = OUTSTANDING;
      any = true;
    }
  return { any, clusters: null };
}

function moved(flags: Uint8Array, { assignment }: Content, current: Content): Outstanding {
  const clusters = new Set<number>();
  const before = current.assignment;
  for (let row = 0; row < flags.length; row++)
    if (assignment[row] !== before[row]) {
      flags[row] = OUTSTANDING;
      clusters.add(assignment[row]);
    }
  return { any: clusters.size > 0, clusters };
}
