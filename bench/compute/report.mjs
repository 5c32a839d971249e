/** Tables of the results, in markdown. */
import { OURS } from "./plan.mjs";
import { isIn } from "./results.mjs";

/** @typedef {import("./results.mjs").Call} Call */

const QUALITY = {
  knn: { recall: "recall@15" },
  umap: {
    trustworthiness: "trust@15",
    preservation: "preservation@15",
    triplets: "triplets",
    sameLabel: "neighbours of the same label",
    vMeasure: "V",
    ari: "ARI",
    ariWithNoise: "ARI, noise a cluster",
    clusters: "clusters",
    noise: "noise",
  },
  hdbscan: { clusters: "clusters", noise: "noise" },
  kmeans: { inertia: "inertia" },
};
const TITLES = { knn: "Nearest neighbours", umap: "UMAP", hdbscan: "HDBSCAN in the plane", kmeans: "k-means" };

/** @param {import("./results.mjs").Results["content"]} content */
export function report(content) {
  const parts = [conditions(content)];
  for (const stage of Object.keys(TITLES)) {
    const calls = content.calls.filter((call) => call.stage === stage);
    if (!calls.length) continue;
    parts.push(`## ${TITLES[stage]}`, times(calls), quality(calls, QUALITY[stage]));
    if (stage === "umap") parts.push(stageTimes(calls));
    if (stage === "hdbscan") parts.push(agreements(content.agreements));
  }
  const grown = content.calls.filter((call) => call.stage.startsWith("growth-"));
  if (grown.length) parts.push("## Growth with rows", growth(grown));
  return parts.filter(Boolean).join("\n\n");
}

function conditions({ machine, conditions: systems, calls }) {
  const lines = Object.entries(machine).map(([name, value]) => `- ${name}: ${[value].flat().join(" ")}`);
  const peers = Object.entries(systems);
  const versions = Object.entries(peers[0]?.[1].versions ?? {}).map(([name, version]) => `${name} ${version}`);
  lines.push(`- Python peers: ${versions.join(", ")}`);
  for (const [system, { threads, blas }] of peers)
    lines.push(`- threads of ${system}: ${[threads, ...new Set(blas)].filter(Boolean).join(", ")}`);
  const builds = new Set(calls.map((call) => call.build).filter(Boolean));
  if (builds.size) lines.push(`- builds of ${OURS}: ${[...builds].join(", ")}`);
  lines.push(
    "- first call: in a fresh process; numba compiles there, except what it has kept on disk since an earlier run",
  );
  const loads = calls.map((call) => call.loadAverage);
  if (loads.length) {
    lines.push(`- ${calls.length} calls from ${calls[0].at} to ${calls.at(-1).at}, load ${range(loads, 2)}`);
    const others = calls.map((call) => call.othersCpuSeconds / call.seconds).filter(Number.isFinite);
    if (others.length)
      lines.push(`- processors taken by other programs during a call: ${range(others, 2)} of ${machine.cores}`);
  }
  return [`## Conditions`, lines.join("\n")].join("\n\n");
}

function times(calls) {
  const header = ["rows", "system", "warm s", "processors", "first call s", "import s", "peak MB", "over the data MB"];
  const rows = [...groups(calls)].map(([, [cell, systems]]) =>
    [...systems].map(([system, { warm, cold, all }]) => [
      named(cell),
      system,
      range(seconds(warm)),
      range(
        warm.map((call) => call.cpuSeconds / call.seconds),
        1,
      ),
      range(seconds(cold)),
      range(
        cold.map((call) => call.startSeconds),
        1,
      ),
      megabytes(Math.max(...all.map((call) => call.peakBytes))),
      megabytes(Math.max(...all.map((call) => call.peakBytes - call.residentBytes))),
      system === OURS ? "" : speedUp(systems.get(OURS), { warm, cold }, "warm"),
      system === OURS ? "" : speedUp(systems.get(OURS), { warm, cold }, "cold"),
    ]),
  );
  return table([...header, `${OURS} is faster, warm`, "first call"], rows.flat());
}

function quality(calls, names) {
  const judged = Object.entries(names).filter(([name]) => calls.some((call) => call.quality?.[name] !== undefined));
  const rows = [...groups(calls)].map(([, [cell, systems]]) =>
    [...systems].map(([system, { all }]) => [
      named(cell),
      system,
      ...judged.map(([name]) => {
        const values = all.map((call) => call.quality?.[name]).filter((value) => value !== undefined);
        return range(values, Math.abs(values[0]) >= 10 ? 0 : 4);
      }),
    ]),
  );
  return table(["rows", "system", ...judged.map(([, title]) => title)], rows.flat());
}

function stageTimes(calls) {
  const rows = [...groups(calls)].flatMap(([, [cell, systems]]) =>
    [...systems].flatMap(([system, { warm, cold }]) => {
      const told = warm.length ? warm : cold;
      const names = Object.keys(told[0].stages ?? {});
      const shares = names.map(
        (name) =>
          `${name} ${range(
            told.map((call) => call.stages[name] ?? 0),
            2,
          )}`,
      );
      return names.length ? [[named(cell), system, shares.join("; ")]] : [];
    }),
  );
  return rows.length ? table(["rows", "system", "seconds of the stages"], rows) : "";
}

function agreements(all) {
  const rows = all.flatMap((cell) =>
    Object.entries(cell.pairs).map(([pair, value]) => [named(cell), pair, value.toFixed(4)]),
  );
  return rows.length ? table(["rows", "clusterings", "ARI between them, noise a cluster"], rows) : "";
}

/** Straight lines through log seconds over log rows; beside them what rows · log rows would have between the same rows. */
function growth(calls) {
  const rows = Object.keys(TITLES).flatMap((task) => {
    const points = [...groups(calls.filter((call) => call.stage === `growth-${task}`))]
      .map(([, [cell, systems]]) => ({ rows: cell.rows, seconds: seconds(systems.get(OURS).warm) }))
      .filter((point) => point.seconds.length)
      .sort((a, b) => a.rows - b.rows);
    if (points.length < 2) return [];
    const at = points.map((point) => Math.log(point.rows));
    const exponent = slope(
      at,
      points.map((point) => Math.log(median(point.seconds))),
    );
    const ofSorting = slope(
      at,
      points.map((point) => Math.log(point.rows * Math.log(point.rows))),
    );
    const list = points.map((point) => `${count(point.rows)}: ${range(point.seconds)}`).join("; ");
    return [[TITLES[task], list, exponent.toFixed(2), ofSorting.toFixed(2)]];
  });
  return table(["", "warm s", "exponent", "that of n log n"], rows);
}

/** Calls by cell and system. @returns {Map<string, [Call, Map<string, { warm: Call[], cold: Call[], all: Call[] }>]>} */
function groups(calls) {
  const cells = new Map();
  for (const call of calls) {
    const key = `${call.stage} ${call.dataset} ${call.rows}`;
    if (!cells.has(key)) cells.set(key, [call, new Map()]);
    const systems = cells.get(key)[1];
    if (systems.has(call.system)) continue;
    const all = calls.filter((other) => isIn(call)(other) && other.system === call.system);
    systems.set(call.system, { all, warm: all.filter(({ cold }) => !cold), cold: all.filter(({ cold }) => cold) });
  }
  return cells;
}

/** How many times as fast ours is: of the medians, and between the least and the most favourable calls. */
function speedUp(ours, peer, kind) {
  const [a, b] = [seconds(ours?.[kind] ?? []), seconds(peer[kind])];
  if (!a.length || !b.length) return "";
  const between = `${(Math.min(...b) / Math.max(...a)).toFixed(1)}-${(Math.max(...b) / Math.min(...a)).toFixed(1)}`;
  return `${(median(b) / median(a)).toFixed(2)}x [${between}]`;
}

const seconds = (calls) => calls.map((call) => call.seconds);
const count = (number) => number.toLocaleString("en");
const named = ({ dataset, rows }) => `${count(rows)} ${dataset}`;
const megabytes = (bytes) => (bytes > 0 ? count(Math.round(bytes / 1e6)) : "");

/** Median, least and most, and how many. */
function range(values, digits = median(values) < 1 ? 3 : 2) {
  if (!values.length) return "";
  const shown = [median(values), Math.min(...values), Math.max(...values)].map((value) => value.toFixed(digits));
  return values.length === 1 ? shown[0] : `${shown[0]} [${shown[1]}-${shown[2]}] (${values.length})`;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Of the line of least squares. */
function slope(x, y) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  const covariance = mean(x.map((value, i) => (value - meanX) * (y[i] - meanY)));
  return covariance / mean(x.map((value) => (value - meanX) ** 2));
}

function table(header, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}
