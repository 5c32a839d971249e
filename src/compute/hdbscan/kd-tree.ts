const LEAF_SIZE = 8;
/** Deepest stack of a traversal: one sibling a level and the two children of the last. A tree has at most 31 levels. */
export const STACK_SIZE = 64;

/**
 * A balanced kd-tree over points in the plane, kept in flat arrays: node i has the children 2i + 1 and 2i + 2, and all leaves are on
 * the last level. The points are held in *tree order*, in which each node owns a contiguous range; `rows` leads back to the input.
 */
export interface KdTree {
  readonly count: number;
  /** Coordinates in tree order. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Input row of each point in tree order. */
  readonly rows: Int32Array;
  /** First point of each node, and the one after its last. */
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** Tight bounding boxes, four numbers a node: smallest x, largest x, smallest y, largest y. */
  readonly boxes: Float64Array;
  readonly nodes: number;
  readonly firstLeaf: number;
}

/** Builds the tree of `points`: x and y in turn, all finite, at least one point. */
export function buildKdTree(points: ArrayLike<number>): KdTree {
  const count = points.length / 2;
  let levels = 0;
  while (count >> levels > LEAF_SIZE) levels++;
  const nodes = 2 ** (levels + 1) - 1;
  const tree: KdTree = {
    count,
    x: Float64Array.from({ length: count }, (_, i) => points[2 * i]),
    y: Float64Array.from({ length: count }, (_, i) => points[2 * i + 1]),
    rows: Int32Array.from({ length: count }, (_, i) => i),
    start: new Int32Array(nodes),
    end: new Int32Array(nodes),
    boxes: new Float64Array(nodes * 4),
    nodes,
    firstLeaf: 2 ** levels - 1,
  };
  fillNode(tree, 0, 0, count);
  return tree;
}

/** Squared distance from a point to the box of a node; 0 inside it. */
export function squaredDistanceToBox(boxes: Float64Array, node: number, x: number, y: number): number {
  const at = node * 4;
  const dx = Math.max(boxes[at] - x, x - boxes[at + 1], 0);
  const dy = Math.max(boxes[at + 2] - y, y - boxes[at + 3], 0);
  return dx * dx + dy * dy;
}

function fillNode(tree: KdTree, node: number, start: number, end: number): void {
  const { x, y, boxes } = tree;
  tree.start[node] = start;
  tree.end[node] = end;
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = start; i < end; i++) {
    left = Math.min(left, x[i]);
    right = Math.max(right, x[i]);
    bottom = Math.min(bottom, y[i]);
    top = Math.max(top, y[i]);
  }
  boxes.set([left, right, bottom, top], node * 4);
  if (node >= tree.firstLeaf) return;
  const middle = (start + end) >> 1;
  partition(tree, right - left > top - bottom ? x : y, start, end - 1, middle);
  fillNode(tree, 2 * node + 1, start, middle);
  fillNode(tree, 2 * node + 2, middle, end);
}

/** Hoare's selection: afterwards no key before `middle` is above, and none after it is below, the key at `middle`. */
function partition(tree: KdTree, keys: Float64Array, first: number, last: number, middle: number): void {
  while (first < last) {
    const pivot = keys[(first + last) >> 1];
    let i = first;
    let j = last;
    while (i <= j) {
      while (keys[i] < pivot) i++;
      while (keys[j] > pivot) j--;
      if (i <= j) swapPoints(tree, i++, j--);
    }
    if (middle <= j) last = j;
    else if (middle >= i) first = i;
    else return;
  }
}

function swapPoints({ x, y, rows }: KdTree, i: number, j: number): void {
  swap(x, i, j);
  swap(y, i, j);
  swap(rows, i, j);
}

function swap(values: Float64Array | Int32Array, i: number, j: number): void {
  const value = values[i];
  values[i] = values[j];
  values[j] = value;
}
