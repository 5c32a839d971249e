import type { Kernels } from "../kernels/kernels";
import { seededRandom } from "../random";
import { connectedComponents, subgraph } from "./components";
import type { Graph } from "./fuzzy-graph";
import { spectralCoordinates } from "./spectral";

/** Side of the square in which a layout starts. */
const SIDE = 10;
const NOISE = 1e-4;

/**
 * Where UMAP's layout starts: the spectral coordinates of the graph, or, where it falls apart, those of each component around a place of its
 * own, stretched to the square (cube) from 0 to 10 with a little noise. As umap-learn does it, but that more components than twice the
 * dimensions get their places from the principal components of their means.
 * @param places coordinates for components, from the mean vectors of their rows
 */
export function initialLayout(
  kernels: Kernels,
  graph: Graph,
  dimensions: number,
  seed: number,
  places: (members: readonly Int32Array[]) => Float32Array,
): Float32Array {
  const components = connectedComponents(graph);
  const coordinates =
    components.length === 1
      ? coordinatesOf(kernels, graph, dimensions, seed)
      : aroundPlaces(kernels, graph, dimensions, seed, components, places);
  let reach = 0;
  for (const value of coordinates) reach = Math.max(reach, Math.abs(value));
  const random = seededRandom(seed);
  const noise = (): number => NOISE * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const scaled = coordinates.map((value) => (value * SIDE) / (reach || 1) + noise());
  return stretch(scaled, dimensions);
}

/** Stretches each coordinate to 0 to 10. */
function stretch(values: Float32Array, dimensions: number): Float32Array {
  for (let d = 0; d < dimensions; d++) {
    let [low, high] = [Infinity, -Infinity];
    for (let i = d; i < values.length; i += dimensions) {
      low = Math.min(low, values[i]);
      high = Math.max(high, values[i]);
    }
    for (let i = d; i < values.length; i += dimensions) values[i] = (SIDE * (values[i] - low)) / (high - low || 1);
  }
  return values;
}

/** Spectral coordinates of a connected graph; random ones where it is too small to have any. */
function coordinatesOf(kernels: Kernels, graph: Graph, dimensions: number, seed: number): Float32Array {
  if (graph.vertices >= 2 * dimensions && graph.vertices > dimensions + 1)
    return spectralCoordinates(kernels, graph, dimensions, seed);
  const random = seededRandom(seed);
  return Float32Array.from({ length: graph.vertices * dimensions }, () => 2 * random() - 1);
}

function aroundPlaces(
  kernels: Kernels,
  graph: Graph,
  dimensions: number,
  seed: number,
  components: readonly Int32Array[],
  places: (members: readonly Int32Array[]) => Float32Array,
): Float32Array {
  const onAxes = components.length <= 2 * dimensions;
  const centres = onAxes ? axes(components.length, dimensions) : places(components);
  const out = new Float32Array(graph.vertices * dimensions);
  components.forEach((members, component) => {
    const room = nearestDistance(centres, dimensions, component) / 2;
    const own = coordinatesOf(kernels, subgraph(graph, members), dimensions, seed + component);
    let reach = 0;
    for (const value of own) reach = Math.max(reach, Math.abs(value));
    members.forEach((vertex, i) => {
      for (let d = 0; d < dimensions; d++)
        out[vertex * dimensions + d] =
          centres[component * dimensions + d] + (room * own[i * dimensions + d]) / (reach || 1);
    });
  });
  return out;
}

/** Both ends of each axis. */
function axes(count: number, dimensions: number): Float32Array {
  const centres = new Float32Array(count * dimensions);
  for (let i = 0; i < count; i++) centres[i * dimensions + (i % dimensions)] = i < dimensions ? 1 : -1;
  return centres;
}

function nearestDistance(centres: Float32Array, dimensions: number, component: number): number {
  let nearest = Infinity;
  for (let other = 0; other * dimensions < centres.length; other++) {
    if (other === component) continue;
    let square = 0;
    for (let d = 0; d < dimensions; d++)
      square += (centres[other * dimensions + d] - centres[component * dimensions + d]) ** 2;
    nearest = Math.min(nearest, square);
  }
  return Math.sqrt(nearest);
}
