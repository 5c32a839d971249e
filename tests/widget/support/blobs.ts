import { quantise, type Cluster, type ClusterId, type LabelSource } from "../../../src/scope";

/** A seeded generator of numbers in [0, 1): mulberry32. */
export function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Blobs {
  readonly rows: number;
  readonly positions: Uint16Array;
  readonly assignment: Int32Array;
  readonly clusters: Cluster[];
}

export function cluster(id: number, label: string, labelSource: LabelSource = "keywords"): Cluster {
  return {
    id: id as ClusterId,
    label,
    description: "",
    labelSource,
    labelModel: null,
    labelError: null,
    stale: false,
    swatch: null,
  };
}

const topics = [
  "Tariffs and foreign trade",
  "Public debt",
  "Army and navy appropriations",
  "Relations with Great Britain",
  "Social security and medical care for the aged",
  "The Philippine Islands",
  "Railways and interstate commerce",
  "Nuclear weapons, arms control",
  "Schools, teachers",
  "Indian tribes and treaties",
  "Public lands and homestead settlers",
  "Jobs and wages",
  "War in Iraq",
  "Terrorism",
  "Cuba and Spain",
  "Gold, silver and coinage",
  "Energy independence",
  "Crime, drugs, police",
  "Veterans",
  "Post office",
  "The Mississippi and inland navigation",
  "Slavery and the territories",
  "Constitution and the Union",
  "Agriculture: farm prices",
  "Freedom, democracy, peace",
  "Tax relief for families",
  "Balanced budget",
  "Civil rights",
  "Panama canal",
  "Mexico boundary",
  "Supreme Court and judges",
  "Immigration and naturalization",
  "Space program",
  "Small business loans",
  "God bless America",
  "Soviet Union, communism",
];

/** Rows in gaussian blobs with some scattered outliers: what a scope of short texts looks like. */
export function blobs(rows: number, count: number, seed = 1): Blobs {
  const next = random(seed);
  const normal = () => (next() + next() + next() + next() - 2) * 0.87;
  const centres = Array.from({ length: count }, () => ({
    x: (next() * 2 - 1) * 0.86,
    y: (next() * 2 - 1) * 0.86,
    spread: 0.02 + next() * 0.05,
    stretch: 0.5 + next(),
    weight: 0.15 + next() ** 2 * 1.4,
  }));
  const total = centres.reduce((sum, c) => sum + c.weight, 0);
  const coordinates = new Float32Array(rows * 2);
  const assignment = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    if (!count || next() < 0.13) {
      assignment[row] = -1;
      coordinates.set([next() * 2 - 1, next() * 2 - 1], 2 * row);
      continue;
    }
    let pick = next() * total;
    let id = 0;
    while (id < count - 1 && (pick -= centres[id].weight) > 0) id++;
    const c = centres[id];
    assignment[row] = id;
    coordinates.set([c.x + normal() * c.spread * c.stretch, c.y + (normal() * c.spread) / c.stretch], 2 * row);
  }
  const clusters = Array.from({ length: count }, (_, id) =>
    cluster(id, `${topics[id % topics.length]}${id >= topics.length ? ` ${Math.floor(id / topics.length) + 1}` : ""}`),
  );
  return {
    rows,
    positions: quantise(coordinates),
    assignment,
    clusters: [cluster(-1, "Unclustered", "none"), ...clusters],
  };
}
