import type { ClusterId, Content, ScopeState } from "../../scope";
import type { Colouring } from "../../picture/colouring";
import { clusterGeometry, DELETED_SLOT, swatchesOf, type ClusterGeometry } from "../../picture/clusters";
import { themesOf, type SavedThemes, type ShownTheme } from "../../picture/themes";
import { emphasis, type Emphasis } from "./emphasis";

/** What of a scope's state is shown. */
export type Presented = Pick<ScopeState, "content" | "rows" | "selection">;

/** What looks other than before. */
export interface Changed {
  readonly slots: boolean;
  readonly emphasis: boolean;
  readonly labels: boolean;
}

/** What a stage shows of a scope: its contents or a preview of others, with or without the deleted rows, and what stands out. */
export class Presentation {
  /** Contents that are shown in place of the scope's. */
  preview: Content | null = null;
  /** Colours in place of those of the clusters. */
  colouring: Colouring | null = null;
  /** 1 for each row that passes the filter; null without one. */
  filter: Uint8Array | null = null;
  /** Whether deleted rows are drawn, faintly, and can be hovered and selected. */
  showDeleted = false;
  /** The contents that are shown. */
  content: Content;
  /** Geometry of the scope's own contents, whatever is shown. */
  current: ClusterGeometry;
  /** Geometry of what is shown. */
  geometry: ClusterGeometry;
  /** Colour of each slot. */
  swatches: Uint8Array;
  emphasis: Emphasis;
  /** Palette slot of each row, as it is drawn. */
  slots: Uint16Array;
  private slotsOf: { readonly colouring: Colouring | null; readonly geometry: ClusterGeometry };
  private readonly chosen: Map<ClusterId, number>;
  private seen: Content;
  private grouped: { readonly themes: readonly ShownTheme[]; readonly geometry: ClusterGeometry } | null = null;

  /** @param before one of the same scope and the same positions: what it has computed is not computed again */
  constructor(
    { content, rows }: Presented,
    private positions: Uint16Array,
    private readonly saved: SavedThemes,
    before?: Presentation,
  ) {
    this.current = before?.current ?? clusterGeometry(content, positions);
    this.chosen = before?.chosen ?? new Map<ClusterId, number>();
    this.seen = content;
    this.content = content;
    this.geometry = this.current;
    this.swatches = swatchesOf(content, this.geometry, this.chosen);
    this.emphasis = emphasis(rows);
    this.slots = this.geometry.slots;
    this.slotsOf = { colouring: null, geometry: this.geometry };
  }

  /** 1 for each row that is not there to be seen or hit; null when all are. */
  get hidden(): Uint8Array | null {
    return this.showDeleted || !this.current.sizes[DELETED_SLOT] ? null : this.content.deleted;
  }

  /** The themes of what is shown. */
  get themes(): readonly ShownTheme[] {
    const { geometry } = this;
    if (this.grouped?.geometry !== geometry)
      this.grouped = { geometry, themes: themesOf(this.saved, geometry, this.positions) };
    return this.grouped.themes;
  }

  /** The rows are at other places from now on. */
  move(positions: Uint16Array): void {
    this.positions = positions;
    this.current = clusterGeometry(this.seen, positions);
    this.geometry = this.preview ? clusterGeometry(this.preview, positions) : this.current;
  }

  /** Takes over the state of the scope. Returns what looks other than before. */
  update({ content: own, rows, selection }: Presented): Changed {
    if (!sameRows(this.seen, own)) this.current = clusterGeometry(own, this.positions, this.current);
    this.seen = own;
    const [content, geometry] = [this.content, this.geometry];
    this.content = this.preview ?? own;
    if (!this.preview) this.geometry = this.current;
    else if (!sameRows(this.preview, content)) this.geometry = clusterGeometry(this.preview, this.positions, geometry);
    const slots = geometry !== this.geometry;
    const clusters = content.clusters !== this.content.clusters;
    if (slots || clusters) this.swatches = swatchesOf(this.content, this.geometry, this.chosen);
    const before = this.emphasis;
    const of = { selection, hidden: this.hidden, filter: this.filter, previewed: this.preview, current: own };
    this.emphasis = emphasis(rows, of, before);
    const { flags, any } = this.emphasis;
    return {
      slots: this.updateSlots(),
      emphasis: flags !== before.flags || any !== before.any,
      labels: slots || clusters || before.clusters !== this.emphasis.clusters,
    };
  }

  /** In a preview colours are those of the clusters, which it is about. */
  private updateSlots(): boolean {
    const { geometry } = this;
    const colouring = this.preview ? null : this.colouring;
    if (this.slotsOf.colouring === colouring && this.slotsOf.geometry === geometry) return false;
    this.slotsOf = { colouring, geometry };
    this.slots = colouring ? withDeleted(colouring.slots, geometry) : geometry.slots;
    return true;
  }
}

/** Slots of a colouring, those of deleted rows aside. */
function withDeleted(colouring: Uint16Array, own: ClusterGeometry): Uint16Array {
  if (!own.sizes[DELETED_SLOT]) return colouring;
  const slots = colouring.slice();
  for (let row = 0; row < slots.length; row++) if (own.slots[row] === DELETED_SLOT) slots[row] = DELETED_SLOT;
  return slots;
}

/** True when each row is in the same cluster of both, and deleted in both or in none. */
function sameRows(a: Content, b: Content): boolean {
  return a.assignment === b.assignment && a.deleted === b.deleted;
}
