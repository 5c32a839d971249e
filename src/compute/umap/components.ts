import type { Graph } from "./fuzzy-graph";

/** The vertices of each connected component, ascending; components in the order of their first vertices. */
export function connectedComponents({ vertices, starts, targets }: Graph): Int32Array[] {
  const component = new Int32Array(vertices).fill(-1);
  const sizes: number[] = [];
  const pending = new Int32Array(vertices);
  for (let first = 0; first < vertices; first++) {
    if (component[first] >= 0) continue;
    component[first] = sizes.length;
    pending[0] = first;
    let size = 1;
    for (let next = 0; next < size; next++) {
      const vertex = pending[next];
      for (let e = starts[vertex]; e < starts[vertex + 1]; e++) {
        if (component[targets[e]] >= 0) continue;
        component[targets[e]] = sizes.length;
        pending[size++] = targets[e];
      }
    }
    sizes.push(size);
  }
  const members = sizes.map((size) => new Int32Array(size));
  const filled = new Int32Array(sizes.length);
  for (let v = 0; v < vertices; v++) members[component[v]][filled[component[v]]++] = v;
  return members;
}

/** The graph of some vertices that have no edges to others. */
export function subgraph(graph: Graph, members: Int32Array): Graph {
  const numbers = new Map<number, number>();
  members.forEach((vertex, i) => numbers.set(vertex, i));
  const starts = new Int32Array(members.length + 1);
  members.forEach((vertex, i) => (starts[i + 1] = starts[i] + graph.starts[vertex + 1] - graph.starts[vertex]));
  const targets = new Int32Array(starts[members.length]);
  const weights = new Float32Array(starts[members.length]);
  members.forEach((vertex, i) => {
    for (let e = graph.starts[vertex], to = starts[i]; e < graph.starts[vertex + 1]; e++, to++) {
      targets[to] = numbers.get(graph.targets[e])!;
      weights[to] = graph.weights[e];
    }
  });
  return { vertices: members.length, starts, targets, weights };
}
