import { squaredDistanceToBox, STACK_SIZE, type KdTree } from "./kd-tree";

/** The nearest points of each point, itself included; `k` a point, nearest first. Points are numbered in tree order. */
export interface Neighbours {
  readonly k: number;
  readonly points: Int32Array;
  readonly squaredDistances: Float64Array;
}

/** Exact `k` nearest neighbours of every point of the tree, the point itself among them; `k` is at most the number of points. */
export function nearestNeighbours(tree: KdTree, k: number): Neighbours {
  const { count, x, y, boxes, start, end, firstLeaf } = tree;
  const points = new Int32Array(count * k);
  const distances = new Float64Array(count * k).fill(Infinity);
  const stack = new Int32Array(STACK_SIZE);
  const bounds = new Float64Array(STACK_SIZE);
  for (let p = 0; p < count; p++) {
    const first = p * k;
    const last = first + k - 1;
    let depth = 1;
    stack[0] = 0;
    bounds[0] = 0;
    while (depth > 0) {
      const node = stack[--depth];
      if (bounds[depth] >= distances[last]) continue;
      if (node >= firstLeaf) {
        for (let q = start[node]; q < end[node]; q++) {
          const distance = (x[q] - x[p]) ** 2 + (y[q] - y[p]) ** 2;
          if (distance >= distances[last]) continue;
          let at = last;
          for (; at > first && distances[at - 1] > distance; at--) {
            distances[at] = distances[at - 1];
            points[at] = points[at - 1];
          }
          distances[at] = distance;
          points[at] = q;
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
  }
  return { k, points, squaredDistances: distances };
}

/** Squared distance of each point to the farthest of its neighbours: its squared core distance when `k` is `minSamples` + 1. */
export function farthest({ k, squaredDistances }: Neighbours): Float64Array {
  return Float64Array.from({ length: squaredDistances.length / k }, (_, p) => squaredDistances[p * k + k - 1]);
}
