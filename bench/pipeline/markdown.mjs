/** Cells of markdown tables. */

/** Median, least and most, and how many. */
export function range(values, digits = median(values) < 1 ? 3 : 2) {
  if (!values.length) return "";
  const shown = [median(values), Math.min(...values), Math.max(...values)].map((value) => value.toFixed(digits));
  return values.length === 1 ? shown[0] : `${shown[0]} [${shown[1]}-${shown[2]}] (${values.length})`;
}

/** How many times as much the peer takes: of the medians, and between the least and the most favourable calls. */
export function ratio(ours, peer) {
  if (!ours.length || !peer.length) return "";
  const between = `${(Math.min(...peer) / Math.max(...ours)).toFixed(1)}-${(Math.max(...peer) / Math.min(...ours)).toFixed(1)}`;
  return `${(median(peer) / median(ours)).toFixed(2)}x [${between}]`;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const megabytes = (values) => (values.length ? count(Math.round(Math.max(...values) / 1e6)) : "");

export const count = (number) => number.toLocaleString("en");

export function table(header, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}
