import { carrySizes, clusterSizes, findCluster } from "./clusters";
import { LatentScopeError } from "./errors";
import { UNCLUSTERED, type ClusterId } from "./ids";
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
    const to = moved[direction];
    for (let i = 0; i < to.length; i++) assignment[moved.rows[i]] = to[i];
  }
  if (deleted) {
    if (!inPlace) flags = flags.slice();
    const flag = direction === "after" ? deleted.after : 1 - deleted.after;
    for (const row of deleted.rows) flags[row] = flag;
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
  private readonly moves: { readonly rows: Uint32Array; readonly to: ClusterId }[] = [];
  private deletion: { readonly rows: Uint32Array; readonly after: 0 | 1 } | null = null;
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

  /** Moves rows into a cluster, those of it aside. */
  move(rows: Uint32Array, to: ClusterId): void {
    this.moves.push({ rows, to });
  }

  label(id: ClusterId, label: Label): void {
    this.labels.set(id, label);
  }

  /** Deletes rows, or restores them. */
  setDeleted(rows: Uint32Array, deleted: boolean): void {
    this.deletion = { rows, after: deleted ? 1 : 0 };
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
    const { content } = this;
    const moved = this.moved();
    const deleted = this.reallyDeleted();
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
    const { assignment } = this.content;
    let count = 0;
    for (const { rows, to } of this.moves) for (const row of rows) count += Number(assignment[row] !== to);
    if (!count) return null;
    const moved = { rows: new Uint32Array(count), before: new Int32Array(count), after: new Int32Array(count) };
    let at = 0;
    for (const { rows, to } of this.moves)
      for (const row of rows) {
        if (assignment[row] === to) continue;
        moved.rows[at] = row;
        moved.before[at] = assignment[row];
        moved.after[at++] = to;
      }
    return moved;
  }

  private reallyDeleted(): Change["deleted"] {
    if (!this.deletion) return null;
    const { after } = this.deletion;
    const rows = this.deletion.rows.filter((row) => this.content.deleted[row] !== after);
    return rows.length ? { rows, after } : null;
  }

  /** The clusters after the edit, or null when they are as before. */
  private clusters(moved: Change["moved"], deleted: Change["deleted"]): readonly Cluster[] | null {
    const { content, labels } = this;
    // rows that came to a cluster, less those that went
    const growth = new Map<ClusterId, number>();
    // clusters whose rows have changed, deleted ones aside: no label was made of these
    const touched = new Set<ClusterId>();
    if (moved)
      for (let i = 0; i < moved.rows.length; i++) {
        const [from, to] = [moved.before[i] as ClusterId, moved.after[i] as ClusterId];
        growth.set(from, (growth.get(from) ?? 0) - 1);
        growth.set(to, (growth.get(to) ?? 0) + 1);
        if (!content.deleted[moved.rows[i]]) touched.add(from).add(to);
      }
    if (deleted) for (const row of deleted.rows) touched.add(content.assignment[row] as ClusterId);
    if (!growth.size && !touched.size && !labels.size) return null;

    const sizes = growth.size ? clusterSizes(content) : undefined;
    const emptied = (id: ClusterId): boolean =>
      id !== UNCLUSTERED && growth.has(id) && (sizes?.get(id)?.rows ?? 0) + (growth.get(id) ?? 0) === 0;
    for (const id of labels.keys()) findCluster({ ...content, clusters: [...content.clusters, ...this.made] }, id);
    let changed = this.made.length > 0;
    const clusters = [...content.clusters, ...this.made].flatMap((before) => {
      if (emptied(before.id)) {
        changed = true;
        return [];
      }
      const label = labels.get(before.id);
      const isNew = this.made.includes(before);
      const after = label ? labelled(before, label) : touched.has(before.id) && !isNew ? staled(before) : before;
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
