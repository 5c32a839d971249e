import { computed, effect, signal } from "@preact/signals";
import { clusterSizes, rowSet, UNCLUSTERED, type ClusterId, type Content } from "../../../scope";
import type { OutlierTable } from "../../sync/proposals";
import type { Ui } from "../ui";
import { showPreview } from "./preview";

/** Moves of outliers that are being looked at before they are made. */
export class OutliersSession {
  readonly kind = "outliers";
  /** How many rows are to be left unclustered, as the slider has it. */
  readonly left = signal(Infinity);
  /** Why there is no proposal. */
  readonly problem = signal("");
  private readonly answer = signal<OutlierTable | null>(null);
  /** The same, once a frame. */
  private readonly settled = signal(Infinity);
  private frame = 0;
  private ended = false;
  private applying = false;
  private readonly stop: () => void;

  /** Outliers that there are. */
  readonly outliers = computed(() => clusterSizes(this.ui.content.value).get(UNCLUSTERED)?.size ?? 0);
  /** What the kernel proposes, as far as it still fits; null before it has answered. */
  readonly table = computed(() => this.answer.value && fitting(this.answer.value, this.ui.content.value));
  /** The fewest that can be left. */
  readonly least = computed(() => this.outliers.value - (this.table.value?.rows.length ?? 0));
  /** How many rows of the table move. */
  readonly moved = computed(() => {
    const most = this.table.value?.rows.length ?? 0;
    return Math.max(0, Math.min(most, this.outliers.value - this.settled.value));
  });
  /** Into how many clusters, and the probability of the least probable of them. */
  readonly summary = computed(() => {
    const table = this.table.value;
    const count = this.moved.value;
    if (!table || !count) return null;
    const clusters = new Set(table.clusters.subarray(0, count)).size;
    return { rows: count, clusters, probability: table.probabilities[count - 1] };
  });

  constructor(private readonly ui: Ui) {
    this.stop = effect(() => this.preview());
    this.ui.proposals.proposeOutliers().then(
      (table) => {
        if (!this.ended) this.answer.value = table;
      },
      (error: unknown) => {
        if (!this.ended) this.problem.value = error instanceof Error ? error.message : String(error);
      },
    );
  }

  /** The slider was moved: the map follows with the next frame. */
  leave(rows: number): void {
    this.left.value = rows;
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.settled.value = this.left.peek();
    });
  }

  /** Makes the moves. Returns false, with a notice, when they do not fit. */
  apply(): boolean {
    this.settled.value = this.left.peek();
    const table = this.table.peek();
    const count = this.moved.peek();
    if (!table || !count) return false;
    const rowsOf = new Map<ClusterId, number[]>();
    for (let i = 0; i < count; i++) {
      const cluster = table.clusters[i] as ClusterId;
      const rows = rowsOf.get(cluster);
      if (rows) rows.push(table.rows[i]);
      else rowsOf.set(cluster, [table.rows[i]]);
    }
    const moves = [...rowsOf].map(([cluster, rows]) => ({ cluster, rows: rowSet(rows) }));
    // what it makes of the scope is not to be previewed
    this.applying = true;
    const made = this.ui.store.edit({ kind: "outliers", moves });
    this.applying = false;
    if (made) this.ui.dialog.value = null;
    return made;
  }

  end(): void {
    this.ended = true;
    cancelAnimationFrame(this.frame);
    this.stop();
    showPreview(this.ui, "outliers", null);
  }

  private preview(): void {
    const content = this.ui.content.value;
    const table = this.table.value;
    const count = this.moved.value;
    if (this.applying) return;
    if (!this.outliers.value) {
      this.ui.dialog.value = null;
      this.ui.store.warn("No row is unclustered any more.");
      return;
    }
    if (!table || !count) return showPreview(this.ui, "outliers", null);
    // not by the edit: its sets of rows would be written and read once for each frame
    const assignment = content.assignment.slice();
    for (let i = 0; i < count; i++) assignment[table.rows[i]] = table.clusters[i];
    showPreview(this.ui, "outliers", { ...content, assignment });
  }
}

/** The moves of rows that are outliers still, into clusters that are there still. */
function fitting(table: OutlierTable, { assignment, deleted, clusters }: Content): OutlierTable {
  const there = new Set<number>(clusters.map(({ id }) => id));
  const keep = (row: number, i: number): boolean =>
    assignment[row] === UNCLUSTERED && !deleted[row] && there.has(table.clusters[i]);
  const kept = Uint32Array.from(table.rows.keys()).filter((i) => keep(table.rows[i], i));
  if (kept.length === table.rows.length) return table;
  return {
    rows: kept.map((i) => table.rows[i]),
    clusters: Int32Array.from(kept, (i) => table.clusters[i]),
    probabilities: Float32Array.from(kept, (i) => table.probabilities[i]),
  };
}
