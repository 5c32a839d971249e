const BINS = 12;
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
  let densest = new Uint8Array(counts.length);
  for (let band = 0; band < BINS; band++)
    for (let column = 0; column < BINS; column++) {
      const around = new Uint8Array(counts.length);
      let sum = 0;
      for (let b = Math.max(0, band - 1); b <= Math.min(BINS - 1, band + 1); b++)
        for (let c = Math.max(0, column - 1); c <= Math.min(BINS - 1, column + 1); c++) {
          around[b * BINS + c] = 1;
          sum += counts[b * BINS + c];
        }
      if (sum > most) [most, densest] = [sum, around];
    }
  return densest;
}
