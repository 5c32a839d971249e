import { carrySizes, clusterSizes, findCluster } from "./clusters";
import { LatentScopeError } from "./errors";
import { UNCLUSTERED, type ClusterId } from "./ids";
import { withFlag } from "./row-flags";
import { freeSwatch } from "./swatches";
import type { Cluster, Content, LabelOrigin, LabelSource } from "./state";

/** What an edit changed, so that it can be taken back and made again. Parts that it left alone are null. */
export interface Change {
  readonly clusters: Both<readonly Cluster[]> | null;
  readonly moved: { readonly rows: Uint32Array; readonly before: Int32Array; readonly after: Int32Array } | null;
  /** Rows that were deleted, or restored. */
  readonly deleted: { readonly rows: Uint32Array; readonly after: 0 | 1 } | null;
  readonly tags: Both<ReadonlyMap<string, Uint32Array>> | null;
  readonly selections: Both<ReadonlyMap<string, Uint32Array>> | null;
}

interface Both<T> {
  readonly before: T;
  readonly after: T;
}

/** A label and where it came from. */
export interface Label {
  readonly label: string;
  readonly description?: string;
  readonly labelSource: LabelSource;
  readonly labelModel?: string | null;
  readonly labelError?: string | null;
  readonly labelOrigin?: LabelOrigin | undefined;
}

/**
 * The contents after a change, or before it.
 * @param inPlace writes into the arrays of `content`, which is then of no more use: for whoever made them and applies many changes in a row
 */
export function applyChange(content: Content, change: Change, direction: "after" | "before", inPlace = false): Content {
  const { moved, deleted } = change;
  let { assignment, deleted: flags } = content;
  if (moved) {
    if (!inPlace) assignment = assignment.slice();
    const { rows, [direction]: to } = moved;
    for (let i = 0; i < to.length; i++) assignment[rows[i]] = to[i];
  }
  if (deleted) {
    if (!inPlace) flags = flags.slice();
    const flag = direction === "after" ? deleted.after : 1 - deleted.after;
    for (let i = 0; i < deleted.rows.length; i++) flags[deleted.rows[i]] = flag;
  }
  const next: Content = {
    clusters: change.clusters ? change.clusters[direction] : content.clusters,
    assignment,
    deleted: flags,
    tags: change.tags ? change.tags[direction] : content.tags,
    selections: change.selections ? change.selections[direction] : content.selections,
  };
  carrySizes(content, next, change, direction === "after" ? 1 : -1);
  return next;
}

/**
 * What one edit does, put together by its kind. Nothing of it counts before {@link finish}.
 * Clusters whose rows have come or gone lose what a model has called them: their labels are stale, unless the edit gives others.
 */
export class Draft {
  private readonly made: Cluster[] = [];
  private readonly labels = new Map<ClusterId, Label>();
  private readonly moves: NonNullable<Change["moved"]>[] = [];
  private deletion: Change["deleted"] = null;
  private tags: ReadonlyMap<string, Uint32Array> | null = null;
  private selections: ReadonlyMap<string, Uint32Array> | null = null;

  /** @param nextCluster id of the first cluster that is made */
  constructor(
    readonly content: Content,
    private nextCluster: number,
  ) {}

  get rows(): number {
    return this.content.assignment.length;
  }

  /** Makes a cluster. */
  make(label: Label): ClusterId {
    const id = this.nextCluster++ as ClusterId;
    const swatch = freeSwatch([...this.content.clusters, ...this.made]);
    const empty = { id, label: "", description: "", labelSource: "none", stale: false, swatch } as const;
    this.made.push(labelled({ ...empty, labelModel: null, labelError: null }, label));
    return id;
  }

  /** Moves rows into a cluster, those of it aside. Returns how many these are. */
  move(rows: Uint32Array, to: ClusterId): number {
    const { assignment } = this.content;
    const [moved, before] = [new Uint32Array(rows.length), new Int32Array(rows.length)];
    let count = 0;
    for (let i = 0; i < rows.length; i++) {
      const from = assignment[rows[i]];
      if (from === to) continue;
      moved[count] = rows[i];
      before[count++] = from;
    }
    const after = new Int32Array(count).fill(to);
    if (count) this.moves.push({ rows: moved.slice(0, count), before: before.slice(0, count), after });
    return count;
  }

  label(id: ClusterId, label: Label): void {
    this.labels.set(id, label);
  }

  /** Deletes rows, or restores them. Returns how many were not so already. */
  setDeleted(rows: Uint32Array, deleted: boolean): number {
    const found = withFlag(rows, this.content.deleted, deleted ? 0 : 1);
    this.deletion = found.length ? { rows: found, after: deleted ? 1 : 0 } : null;
    return found.length;
  }

  /** Gives a tag other rows, ascending. */
  setTag(tag: string, rows: Uint32Array): void {
    const tags = new Map(this.content.tags);
    if (rows.length) tags.set(tag, rows);
    else tags.delete(tag);
    this.tags = tags;
  }

  /** Gives a named selection other rows, or forgets it. */
  setSelection(name: string, rows: Uint32Array | null): void {
    const selections = new Map(this.content.selections);
    if (rows) selections.set(name, rows);
    else selections.delete(name);
    this.selections = selections;
  }

  /** What all of it changes; `made` are the clusters made. @throws LatentScopeError `no-change` when that is nothing */
  finish(): { change: Change; made: readonly ClusterId[] } {
    const { content, deletion: deleted } = this;
    const moved = this.moved();
    const clusters = this.clusters(moved, deleted);
    if (!moved && !deleted && !this.tags && !this.selections && !clusters)
      throw new LatentScopeError("no-change", "Nothing is changed by this: everything is so already.");
    const tags = this.tags && { before: content.tags, after: this.tags };
    const selections = this.selections && { before: content.selections, after: this.selections };
    const both = clusters && { before: content.clusters, after: clusters };
    return { change: { clusters: both, moved, deleted, tags, selections }, made: this.made.map(({ id }) => id) };
  }

  /** The moves that lead elsewhere, by row. */
  private moved(): Change["moved"] {
    const { moves } = this;
    if (moves.length < 2) return moves[0] ?? null;
    const count = moves.reduce((sum, { rows }) => sum + rows.length, 0);
    const all = { rows: new Uint32Array(count), before: new Int32Array(count), after: new Int32Array(count) };
    let at = 0;
    for (const { rows, before, after } of moves) {
      all.rows.set(rows, at);
      all.before.set(before, at);
      all.after.set(after, at);
      at += rows.length;
    }
    return all;
  }

  /** The clusters after the edit, or null when they are as before. */
  private clusters(moved: Change["moved"], deleted: Change["deleted"]): readonly Cluster[] | null {
    const { content, labels } = this;
    // rows that came to a cluster, less those that went
    const growth = new Int32Array(this.nextCluster + 1);
    // clusters whose rows have changed, deleted ones aside: no label was made of these
    const touched = new Uint8Array(this.nextCluster + 1);
    // both by id + 1: -1 holds the outliers
    if (moved) {
      const { rows, before, after } = moved;
      for (let i = 0; i < rows.length; i++) {
        const [from, to] = [before[i] + 1, after[i] + 1];
        growth[from]--;
        growth[to]++;
        if (!content.deleted[rows[i]]) touched[from] = touched[to] = 1;
      }
    }
    if (deleted) for (let i = 0; i < deleted.rows.length; i++) touched[content.assignment[deleted.rows[i]] + 1] = 1;
    if (!moved && !deleted && !labels.size) return null;

    const sizes = moved ? clusterSizes(content) : undefined;
    const emptied = (id: ClusterId): boolean => {
      const change = growth[id + 1];
      return id !== UNCLUSTERED && change < 0 && (sizes?.get(id)?.rows ?? 0) + change === 0;
    };
    for (const id of labels.keys()) findCluster({ ...content, clusters: [...content.clusters, ...this.made] }, id);
    let changed = this.made.length > 0;
    const clusters = [...content.clusters, ...this.made].flatMap((before) => {
      if (emptied(before.id)) {
        changed = true;
        return [];
      }
      const label = labels.get(before.id);
      const isNew = this.made.includes(before);
      const after = label ? labelled(before, label) : touched[before.id + 1] && !isNew ? staled(before) : before;
      if (after === before || same(after, before)) return [before];
      changed = true;
      return [after];
    });
    return changed ? clusters : null;
  }
}

function labelled(
  cluster: Cluster,
  { label, description, labelSource, labelModel, labelError, labelOrigin }: Label,
): Cluster {
  return {
    ...cluster,
    ...{ label, labelSource, stale: false },
    description: description ?? cluster.description,
    labelModel: labelModel ?? null,
    labelError: labelError ?? null,
    labelOrigin,
  };
}

function staled(cluster: Cluster): Cluster {
  const lasting = cluster.id === UNCLUSTERED || cluster.labelSource === "user" || cluster.labelSource === "column";
  return lasting || cluster.stale ? cluster : { ...cluster, stale: true };
}

function same(a: Cluster, b: Cluster): boolean {
  return (Object.keys(a) as (keyof Cluster)[]).every((key) => a[key] === b[key]);
}
