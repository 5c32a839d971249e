import { squaredDistanceToBox, STACK_SIZE, type KdTree } from "./kd-tree";
import type { Neighbours } from "./neighbours";
import { UnionFind } from "./union-find";

/**
 * A minimum spanning tree of the mutual reachability graph; edges in no particular order, points in tree order.
 * The squared mutual reachability of p and q is the largest of their squared core distances and their squared distance.
 */
export interface SpanningTree {
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Squared mutual reachability distances. */
  readonly squaredWeights: Float64Array;
  /** Squared plain distances. Edges of equal weight are ordered by them. */
  readonly squaredDistances: Float64Array;
}

/**
 * The exact minimum spanning tree of the mutual reachability graph, by Borůvka's algorithm: in each round every component finds the
 * shortest edge that leaves it. The kd-tree search skips nodes that lie wholly in the searching component (March, Ram, Gray 2010:
 * "Fast Euclidean minimum spanning tree"; McInnes, Healy 2017: "Accelerated Hierarchical Density Based Clustering").
 *
 * Equal weights are the rule here, not the exception: the core distance of a point is the weight of its edges to all nearer points
 * with smaller core distances. Among them the edge between the nearer points goes first. So a point between two clusters joins the
 * nearer one, and the tree does not depend on the order of the rows, unless plain distances are equal as well.
 */
export function minimumSpanningTree(tree: KdTree, neighbours: Neighbours, core: Float64Array): SpanningTree {
  const search = new ComponentSearch(tree, neighbours, core);
  const edges = tree.count - 1;
  const from = new Int32Array(edges);
  const to = new Int32Array(edges);
  const squaredWeights = new Float64Array(edges);
  const squaredDistances = new Float64Array(edges);
  const union = new UnionFind(tree.count);
  let done = 0;
  while (done < edges) {
    const { weights, distances, sources, targets, components } = search.shortestEdges(union);
    for (let c = 0; c < tree.count; c++) {
      if (components[c] !== c || !union.join(sources[c], targets[c])) continue;
      from[done] = sources[c];
      to[done] = targets[c];
      squaredWeights[done] = weights[c];
      squaredDistances[done++] = distances[c];
    }
  }
  return { from, to, squaredWeights, squaredDistances };
}

/** Finds the shortest edge that leaves each component. A component goes by the number of one of its points. */
class ComponentSearch {
  readonly components: Int32Array;
  /** Of the shortest edge found so far, by component. */
  readonly weights: Float64Array;
  readonly distances: Float64Array;
  readonly sources: Int32Array;
  readonly targets: Int32Array;

  /** Component of all points of a node, or -1 when there are several. */
  private readonly nodeComponents: Int32Array;
  /** Smallest squared core distance in a node. */
  private readonly nodeCores: Float64Array;
  /** No edge from this point out of its component is lighter. Never falls from round to round, because components only grow. */
  private readonly lowerBounds: Float64Array;
  /** How many of a point's nearest neighbours are known to be in its own component. */
  private readonly skipped: Int32Array;
  private readonly stack = new Int32Array(STACK_SIZE);
  private readonly bounds = new Float64Array(STACK_SIZE);

  constructor(
    private readonly tree: KdTree,
    private readonly neighbours: Neighbours,
    private readonly core: Float64Array,
  ) {
    const { count, nodes } = tree;
    this.components = new Int32Array(count);
    this.weights = new Float64Array(count);
    this.distances = new Float64Array(count);
    this.sources = new Int32Array(count);
    this.targets = new Int32Array(count);
    this.nodeComponents = new Int32Array(nodes);
    this.nodeCores = new Float64Array(nodes);
    this.lowerBounds = core.slice();
    this.skipped = new Int32Array(count);
    this.fillNodes(
      this.nodeCores,
      (p) => core[p],
      (a, b) => Math.min(a, b),
    );
  }

  /** Valid until the next call. */
  shortestEdges(union: UnionFind): ComponentSearch {
    const { components, tree } = this;
    for (let p = 0; p < tree.count; p++) components[p] = union.find(p);
    this.fillNodes(
      this.nodeComponents,
      (p) => components[p],
      (a, b) => (a === b ? a : -1),
    );
    this.weights.fill(Infinity);
    this.distances.fill(Infinity);
    // The neighbours at hand give most components a short edge at once, which then cuts the searches of the tree short.
    for (let p = 0; p < tree.count; p++) this.tryNeighbours(p);
    for (let p = 0; p < tree.count; p++) if (this.lowerBounds[p] <= this.weights[components[p]]) this.searchTree(p);
    return this;
  }

  private tryNeighbours(p: number): void {
    const { core, components, skipped, lowerBounds } = this;
    const { k, points, squaredDistances } = this.neighbours;
    const component = components[p];
    const first = p * k;
    while (skipped[p] < k && components[points[first + skipped[p]]] === component) skipped[p]++;
    const nearest = squaredDistances[first + Math.min(skipped[p], k - 1)];
    lowerBounds[p] = Math.max(lowerBounds[p], core[p], nearest);
    for (let i = first + skipped[p]; i < first + k; i++) {
      const q = points[i];
      const distance = squaredDistances[i];
      if (components[q] !== component) this.offer(component, p, q, Math.max(distance, core[p], core[q]), distance);
    }
  }

  private searchTree(p: number): void {
    const { stack, bounds, core, components, weights, distances, nodeComponents, nodeCores } = this;
    const { x, y, start, end, boxes, firstLeaf } = this.tree;
    const component = components[p];
    let lightest = Infinity;
    let depth = 1;
    stack[0] = 0;
    bounds[0] = 0;
    while (depth > 0) {
      const node = stack[--depth];
      const box = bounds[depth];
      const weight = Math.max(box, core[p], nodeCores[node]);
      if (nodeComponents[node] === component) continue;
      if (weight > weights[component] || (weight === weights[component] && box >= distances[component])) {
        lightest = Math.min(lightest, weight);
        continue;
      }
      if (node >= firstLeaf) {
        for (let q = start[node]; q < end[node]; q++) {
          if (components[q] === component) continue;
          const distance = (x[q] - x[p]) ** 2 + (y[q] - y[p]) ** 2;
          const reachability = Math.max(distance, core[p], core[q]);
          lightest = Math.min(lightest, reachability);
          this.offer(component, p, q, reachability, distance);
        }
        continue;
      }
      const left = 2 * node + 1;
      const right = left + 1;
      const leftBound = squaredDistanceToBox(boxes, left, x[p], y[p]);
      const rightBound = squaredDistanceToBox(boxes, right, x[p], y[p]);
      const leftFirst = leftBound <= rightBound;
      // The nearer child goes on top of the stack.
      stack[depth] = leftFirst ? right : left;
      bounds[depth++] = leftFirst ? rightBound : leftBound;
      stack[depth] = leftFirst ? left : right;
      bounds[depth++] = leftFirst ? leftBound : rightBound;
    }
    this.lowerBounds[p] = Math.max(this.lowerBounds[p], lightest);
  }

  private offer(component: number, p: number, q: number, weight: number, distance: number): void {
    const { weights, distances } = this;
    if (weight > weights[component] || (weight === weights[component] && distance >= distances[component])) return;
    weights[component] = weight;
    distances[component] = distance;
    this.sources[component] = p;
    this.targets[component] = q;
  }

  /** Fills one value a node from its points (leaves) or its children. */
  private fillNodes(
    values: Int32Array | Float64Array,
    ofPoint: (p: number) => number,
    both: (a: number, b: number) => number,
  ): void {
    const { start, end, firstLeaf, nodes } = this.tree;
    for (let node = nodes - 1; node >= 0; node--) {
      if (node < firstLeaf) {
        values[node] = both(values[2 * node + 1], values[2 * node + 2]);
        continue;
      }
      values[node] = ofPoint(start[node]);
      for (let p = start[node] + 1; p < end[node]; p++) values[node] = both(values[node], ofPoint(p));
    }
  }
}
