import type { Kernels } from "../kernels/kernels";
import type { Curve } from "./curve";
import type { Graph } from "./fuzzy-graph";

/** Random vertices that push a vertex away for each neighbour that pulls it. */
const NEGATIVE_SAMPLES = 5;
/** Groups of four vertices in a piece of work. */
const GRAIN = 64;

/** What a layout is optimised with. */
export interface Optimisation {
  dimensions: 2 | 3;
  curve: Curve;
  epochs: number;
  seed: number;
  /** The step of the first epoch; it falls to 0 in the last. */
  alpha: number;
  /** Called after each epoch, 1 to `epochs`, with a function that copies the layout as it is. */
  onEpoch?: (epoch: number, layout: () => Float32Array) => void;
}

/**
 * Optimises a layout by UMAP's stochastic gradient descent: edges pull their ends together as often as their weights say, random vertices
 * push each other apart; gradients are clipped to 4 in each dimension, the step falls linearly.
 *
 * An edge moves, each time, only the vertex it is looked at from; its other end moves when it is looked at from there. With umap-learn
 * both ends move both times: twice the attraction. Vertices see the others where they were before the epoch, so that all can be moved at
 * once and the number of threads does not matter. Both were compared on real embeddings (see the benchmark): the layouts keep more of the
 * neighbourhoods.
 * @param graph edges of the vertices that are moved, the last ones of the layout; those before them stay where they are, and only they are
 * then drawn as random vertices
 * @param layout `dimensions` numbers a vertex
 */
export function optimise(kernels: Kernels, graph: Graph, layout: Float32Array, options: Optimisation): Float32Array {
  const { dimensions, epochs, onEpoch } = options;
  const count = layout.length / dimensions;
  const fixed = count - graph.vertices;
  return kernels.scoped(() => {
    // Moved vertices go by the number of their samples, because four of them are moved side by side.
    const edges = sampledEdges(graph, epochs);
    const order = orderBySamples(edges, fixed);
    const places = new Int32Array(count);
    order.forEach((vertex, place) => (places[vertex] = place));
    const ordered = reorder(edges, order, places, fixed);
    const record = writeRecord(kernels, ordered, options, fixed, count);

    let [xy, z] = [kernels.allocate(count * 8), dimensions === 3 ? kernels.allocate(count * 4) : 0];
    let [nextXy, nextZ] = [kernels.allocate(count * 8), dimensions === 3 ? kernels.allocate(count * 4) : 0];
    for (const [toXy, toZ] of [
      [xy, z],
      [nextXy, nextZ],
    ]) {
      const pairs = kernels.float32(toXy, count * 2);
      const depths = kernels.float32(toZ, toZ ? count : 0);
      order.forEach((vertex, place) => {
        pairs[2 * place] = layout[vertex * dimensions];
        pairs[2 * place + 1] = layout[vertex * dimensions + 1];
        if (toZ) depths[place] = layout[vertex * dimensions + 2];
      });
    }
    // Forces do not quite cancel out: a layout as a whole drifts, which means nothing and would move the map.
    const centre = fixed ? undefined : centreOf(layout, dimensions);
    const current = (): Float32Array => {
      const pairs = kernels.float32(xy, count * 2);
      const depths = kernels.float32(z, z ? count : 0);
      const out = new Float32Array(count * dimensions);
      order.forEach((vertex, place) => {
        out[vertex * dimensions] = pairs[2 * place];
        out[vertex * dimensions + 1] = pairs[2 * place + 1];
        if (z) out[vertex * dimensions + 2] = depths[place];
      });
      return centre ? moveTo(out, dimensions, centre) : out;
    };
    const groups = Math.ceil(graph.vertices / 4);
    const capacity = Math.ceil((most(ordered.starts) + 4) / 16) * 64;
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const alpha = options.alpha * (1 - (epoch - 1) / epochs);
      kernels.run({
        ...{ kernel: "optimise", count: groups, grain: GRAIN, scratchBytes: 4 * capacity },
        args: [record, xy, z, nextXy, nextZ, capacity, epoch, alpha],
      });
      [xy, z, nextXy, nextZ] = [nextXy, nextZ, xy, z];
      onEpoch?.(epoch, current);
    }
    return current();
  });
}

function centreOf(layout: Float32Array, dimensions: number): Float64Array {
  const sums = new Float64Array(dimensions);
  layout.forEach((value, i) => (sums[i % dimensions] += value));
  return sums.map((sum) => sum / (layout.length / dimensions));
}

function moveTo(layout: Float32Array, dimensions: number, centre: Float64Array): Float32Array {
  const now = centreOf(layout, dimensions);
  return layout.map((value, i) => value + centre[i % dimensions] - now[i % dimensions]);
}

/** The edges that are sampled at least once, with samples in an epoch instead of weights. */
function sampledEdges({ vertices, starts, targets, weights }: Graph, epochs: number): Graph {
  let largest = 0;
  for (const weight of weights) largest = Math.max(largest, weight);
  const kept = {
    vertices,
    starts: new Int32Array(vertices + 1),
    targets: new Int32Array(targets.length),
    weights: new Float32Array(targets.length),
  };
  let edges = 0;
  for (let v = 0; v < vertices; v++) {
    for (let e = starts[v]; e < starts[v + 1]; e++) {
      if (weights[e] < largest / epochs) continue;
      kept.targets[edges] = targets[e];
      kept.weights[edges++] = weights[e] / largest;
    }
    kept.starts[v + 1] = edges;
  }
  return { ...kept, targets: kept.targets.subarray(0, edges), weights: kept.weights.subarray(0, edges) };
}

/** All vertices of the layout: the fixed ones as they are, then the moved ones by their samples in an epoch. */
function orderBySamples({ vertices, starts, weights }: Graph, fixed: number): Int32Array {
  const samples = new Float64Array(vertices);
  for (let v = 0; v < vertices; v++) for (let e = starts[v]; e < starts[v + 1]; e++) samples[v] += weights[e];
  const moved = Int32Array.from({ length: vertices }, (_, v) => v).sort((a, b) => samples[a] - samples[b] || a - b);
  const order = Int32Array.from({ length: fixed + vertices }, (_, v) => v);
  order.set(
    moved.map((v) => fixed + v),
    fixed,
  );
  return order;
}

function reorder(edges: Graph, order: Int32Array, places: Int32Array, fixed: number): Graph {
  const { vertices } = edges;
  const starts = new Int32Array(vertices + 1);
  const targets = new Int32Array(edges.targets.length);
  const weights = new Float32Array(edges.targets.length);
  let to = 0;
  for (let place = 0; place < vertices; place++) {
    const v = order[fixed + place] - fixed;
    for (let e = edges.starts[v]; e < edges.starts[v + 1]; e++) {
      targets[to] = places[edges.targets[e]];
      weights[to++] = edges.weights[e];
    }
    starts[place + 1] = to;
  }
  return { vertices, starts, targets, weights };
}

function most(starts: Int32Array): number {
  let largest = 0;
  for (let i = 1; i < starts.length; i++) largest = Math.max(largest, starts[i] - starts[i - 1]);
  return largest;
}

/** Writes what the kernel reads; returns its address. */
function writeRecord(kernels: Kernels, edges: Graph, options: Optimisation, fixed: number, count: number): number {
  const starts = kernels.put(edges.starts);
  // The kernel reads four edges at a time.
  const targets = kernels.allocate((edges.targets.length + 4) * 4);
  kernels.int32(targets, edges.targets.length).set(edges.targets);
  const rates = kernels.allocate((edges.weights.length + 4) * 4);
  kernels.float32(rates, edges.weights.length).set(edges.weights);
  const constants = writeConstants(kernels);
  const record = kernels.allocate(48);
  const drawn = fixed || count;
  const words = [fixed, count, drawn, NEGATIVE_SAMPLES, starts, targets, rates, 0, 0, options.seed, constants];
  kernels.int32(record, words.length).set(words);
  kernels.float32(record, words.length).set([options.curve.a, options.curve.b], 7);
  return record;
}

/** Coefficients of log2 of a mantissa, 1 to 2, highest power first, and of 2^x for x from -0.5 to 0.5: minimax fits, errors 6e-4 and 8e-5. */
const LOG2 = [0.15824449, -1.05185616, 3.04785681, -2.15360785];
const EXP2 = [0.05600573, 0.24263996, 0.69310534, 0.99992448];

function writeConstants(kernels: Kernels): number {
  const address = kernels.allocate(512);
  const words = kernels.int32(address, 64);
  [127, 0x7fffff, 0x3f800000].forEach((value, i) => words.fill(value, 4 * i, 4 * i + 4));
  const numbers = kernels.float32(address, 64);
  [...LOG2, 1.5 * 2 ** 23, ...EXP2, -4, 4, 1e-12, 0.001].forEach((value, i) =>
    numbers.fill(value, 4 * i + 12, 4 * i + 16),
  );
  const orders = new Uint8Array(kernels.memory.buffer, address + 256, 256);
  for (let mask = 0; mask < 16; mask++) {
    const lanes = [0, 1, 2, 3].filter((lane) => (mask >> lane) & 1);
    for (let byte = 0; byte < 16; byte++) orders[mask * 16 + byte] = 4 * (lanes[byte >> 2] ?? 0) + (byte % 4);
  }
  return address;
}
