import type { Content } from "../../scope";

/** The rows that stand out on the map. */
export interface Emphasis {
  /** 1 for each of them. */
  readonly flags: Uint8Array;
  readonly any: boolean;
  /** In a preview, the clusters that rows come to; null without. */
  readonly clusters: ReadonlySet<number> | null;
  readonly of?: EmphasisSource;
}

interface EmphasisSource {
  readonly selection: Uint32Array;
  /** 1 for each row that is not drawn. */
  readonly hidden: Uint8Array | null;
  readonly previewed: Content | null;
  readonly current: Content;
}

/** The rows that a preview moves, or else those selected and to be seen. `before` is given back when nothing of it has changed. */
export function emphasis(rows: number, of?: EmphasisSource, before?: Emphasis): Emphasis {
  if (!of) return { flags: new Uint8Array(rows), any: false, clusters: null };
  const last = before?.of;
  const unselected = last?.selection === of.selection && last.hidden === of.hidden;
  const unmoved =
    last?.previewed?.assignment === of.previewed?.assignment &&
    (!of.previewed || last?.current.assignment === of.current.assignment);
  if (before && unselected && unmoved) return before;
  const flags = new Uint8Array(rows);
  return of.previewed ? { ...moved(flags, of.previewed, of.current), of } : { ...selected(flags, of), of };
}

function selected(flags: Uint8Array, { selection, hidden }: EmphasisSource): Emphasis {
  let any = false;
  for (const row of selection)
    if (!hidden?.[row]) {
      flags[row] = 1;
      any = true;
    }
  return { flags, any, clusters: null };
}

function moved(flags: Uint8Array, { assignment }: Content, current: Content): Emphasis {
  const clusters = new Set<number>();
  const before = current.assignment;
  for (let row = 0; row < flags.length; row++)
    if (assignment[row] !== before[row]) {
      flags[row] = 1;
      clusters.add(assignment[row]);
    }
  return { flags, any: clusters.size > 0, clusters };
}
