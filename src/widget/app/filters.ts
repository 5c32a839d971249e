import type { Content } from "../../scope";

/** What a row is asked for to stay on the map. Filters hold what they need to answer. */
export type Filter =
  /** In one of these clusters. */
  | { readonly kind: "clusters"; readonly clusters: readonly number[] }
  /** A number or date of a column, both ends included; rows without one do not pass. */
  | {
      readonly kind: "range";
      readonly column: string;
      readonly values: ArrayLike<number>;
      readonly from: number;
      readonly to: number;
      /** A value as text. */
      readonly format: (value: number) => string;
    }
  /** One of these categories of a column. */
  | {
      readonly kind: "categories";
      readonly column: string;
      readonly codes: Uint16Array;
      readonly categories: readonly string[];
      /** Indices of categories, ascending. */
      readonly chosen: readonly number[];
    }
  | { readonly kind: "tag"; readonly tag: string }
  /** One of these rows, which have something in common that `name` says. */
  | { readonly kind: "rows"; readonly name: string; readonly rows: Uint32Array };

/** What a filter is about: of two about the same, the later one counts. */
export function topicOf(filter: Filter): string {
  switch (filter.kind) {
    case "clusters":
      return "clusters";
    case "range":
    case "categories":
      return `column ${filter.column}`;
    case "tag":
      return `tag ${filter.tag}`;
    case "rows":
      return `rows ${filter.name}`;
  }
}

/** The filters with one more, which takes the place of one about the same. */
export function withFilter(filters: readonly Filter[], filter: Filter): readonly Filter[] {
  const topic = topicOf(filter);
  const at = filters.findIndex((other) => topicOf(other) === topic);
  return at < 0 ? [...filters, filter] : filters.map((other, i) => (i === at ? filter : other));
}

/** The filters without those about this. */
export function withoutFilter(filters: readonly Filter[], topic: string): readonly Filter[] {
  return filters.filter((filter) => topicOf(filter) !== topic);
}

/** The filters after a category of a column was clicked: chosen, or no longer; none chosen is no filter. */
export function toggleCategories(
  filters: readonly Filter[],
  column: { readonly name: string; readonly codes: Uint16Array; readonly categories: readonly string[] },
  toggled: readonly number[],
): readonly Filter[] {
  const topic = `column ${column.name}`;
  const before = filters.find((filter) => topicOf(filter) === topic);
  const chosen = new Set(before?.kind === "categories" ? before.chosen : []);
  const all = toggled.every((category) => chosen.has(category));
  for (const category of toggled)
    if (all) chosen.delete(category);
    else chosen.add(category);
  if (!chosen.size) return withoutFilter(filters, topic);
  const { name, codes, categories } = column;
  const sorted = [...chosen].sort((a, b) => a - b);
  return withFilter(filters, { kind: "categories", column: name, codes, categories, chosen: sorted });
}

/** 1 for each row that passes all filters; null without any. */
export function maskOf(filters: readonly Filter[], content: Content): Uint8Array | null {
  if (!filters.length) return null;
  const mask = new Uint8Array(content.assignment.length).fill(1);
  for (const filter of filters) narrow(mask, filter, content);
  return mask;
}

function narrow(mask: Uint8Array, filter: Filter, content: Content): void {
  switch (filter.kind) {
    case "clusters": {
      const { assignment } = content;
      const wanted = new Uint8Array(Math.max(-1, ...filter.clusters) + 2);
      for (const cluster of filter.clusters) wanted[cluster + 1] = 1;
      for (let row = 0; row < mask.length; row++) mask[row] &= wanted[assignment[row] + 1] ?? 0;
      return;
    }
    case "range": {
      const { values, from, to } = filter;
      for (let row = 0; row < mask.length; row++) if (!(values[row] >= from && values[row] <= to)) mask[row] = 0;
      return;
    }
    case "categories": {
      const wanted = new Uint8Array(65_536);
      for (const category of filter.chosen) wanted[category] = 1;
      for (let row = 0; row < mask.length; row++) mask[row] &= wanted[filter.codes[row]];
      return;
    }
    case "tag":
      return keep(mask, content.tags.get(filter.tag) ?? new Uint32Array(0));
    case "rows":
      return keep(mask, filter.rows);
  }
}

function keep(mask: Uint8Array, rows: Uint32Array): void {
  const kept = new Uint8Array(mask.length);
  for (let i = 0; i < rows.length; i++) kept[rows[i]] = mask[rows[i]];
  mask.set(kept);
}

/** The rows that pass and are not deleted, ascending. @param mask 1 for each row that passes; null when all do */
export function passing(mask: Uint8Array | null, deleted: Uint8Array): Uint32Array {
  const rows = new Uint32Array(deleted.length);
  let count = 0;
  // without a branch, which could not be foreseen
  for (let row = 0; row < deleted.length; row++) {
    rows[count] = row;
    count += (mask ? mask[row] : 1) & (1 - deleted[row]);
  }
  return count === rows.length ? rows : rows.slice(0, count);
}

/** A filter in a few words. */
export function filterText(filter: Filter, content: Content): string {
  switch (filter.kind) {
    case "clusters": {
      const labels = filter.clusters.map(
        (id) => content.clusters.find((cluster) => cluster.id === id)?.label ?? `cluster ${id}, which is gone`,
      );
      return list(labels);
    }
    case "range":
      return `${filter.column}: ${rangeText(filter)}`;
    case "categories":
      return `${filter.column}: ${list(filter.chosen.map((category) => filter.categories[category]))}`;
    case "tag":
      return `tag ${filter.tag}`;
    case "rows":
      return filter.name;
  }
}

function rangeText({ from, to, format }: Extract<Filter, { kind: "range" }>): string {
  if (from === -Infinity) return `up to ${format(to)}`;
  if (to === Infinity) return `from ${format(from)}`;
  return from === to ? format(from) : `${format(from)} – ${format(to)}`;
}

function list(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 2).join(", ")} and ${names.length - 2} more` : names.join(", ");
}
