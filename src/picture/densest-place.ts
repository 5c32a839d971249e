const BINS = 12;
/** Column and band of each bin. */
const PLACES = Array.from({ length: BINS * BINS }, (_, bin) => [bin % BINS, Math.floor(bin / BINS)]);
/** Each bin with those beside it. */
const AROUND = PLACES.map(([x, y]) =>
  PLACES.flatMap(([column, band], bin) => (Math.abs(column - x) < 2 && Math.abs(band - y) < 2 ? [bin] : [])),
);
/** So many rows tell where they are densest: of more, only each second, third, … counts. */
const ENOUGH_ROWS = 2048;

/** Where some rows lie densest, x and y in quantised units: the mean of those in the densest 3 x 3 bins of a histogram over the rows' box. 0, 0 for no rows. */
export function densestPlace(positions: Uint16Array, all: Uint32Array): [number, number] {
  if (!all.length) return [0, 0];
  const step = Math.ceil(all.length / ENOUGH_ROWS);
  const rows = new Uint32Array(Math.floor(all.length / step));
  for (let i = 0; i < rows.length; i++) rows[i] = all[i * step];
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < rows.length; i++) {
    const x = positions[2 * rows[i]];
    const y = positions[2 * rows[i] + 1];
    if (x < x0) x0 = x;
    if (x > x1) x1 = x;
    if (y < y0) y0 = y;
    if (y > y1) y1 = y;
  }
  const [columnsPerUnit, bandsPerUnit] = [BINS / (x1 - x0 + 1), BINS / (y1 - y0 + 1)];
  const bins = new Uint8Array(rows.length);
  const counts = new Uint32Array(BINS * BINS);
  for (let i = 0; i < rows.length; i++) {
    const column = Math.floor((positions[2 * rows[i]] - x0) * columnsPerUnit);
    const band = Math.floor((positions[2 * rows[i] + 1] - y0) * bandsPerUnit);
    bins[i] = band * BINS + column;
    counts[bins[i]]++;
  }
  const around = densestBins(counts);
  let [sumX, sumY, n] = [0, 0, 0];
  for (let i = 0; i < rows.length; i++)
    if (around[bins[i]]) {
      sumX += positions[2 * rows[i]];
      sumY += positions[2 * rows[i] + 1];
      n++;
    }
  return [sumX / n, sumY / n];
}

/** 1 for each of the 3 x 3 bins that together hold most. */
function densestBins(counts: Uint32Array): Uint8Array {
  let most = 0;
  let densest = AROUND[0];
  for (const around of AROUND) {
    let sum = 0;
    for (const bin of around) sum += counts[bin];
    if (sum > most) [most, densest] = [sum, around];
  }
  const flags = new Uint8Array(counts.length);
  for (const bin of densest) flags[bin] = 1;
  return flags;
}
