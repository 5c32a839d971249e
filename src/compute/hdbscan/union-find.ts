/** Disjoint sets of the numbers 0 to size - 1, with path halving and union by size (Tarjan, van Leeuwen 1984). */
export class UnionFind {
  private readonly parents: Int32Array;
  private readonly sizes: Int32Array;

  constructor(size: number) {
    this.parents = Int32Array.from({ length: size }, (_, i) => i);
    this.sizes = new Int32Array(size).fill(1);
  }

  /** The member that stands for the set of `i`. */
  find(i: number): number {
    const { parents } = this;
    while (parents[i] !== i) {
      parents[i] = parents[parents[i]];
      i = parents[i];
    }
    return i;
  }

  /** Number of members of the set of `i`. */
  size(i: number): number {
    return this.sizes[this.find(i)];
  }

  /** Makes one set of two. Returns false when they were one already. */
  join(a: number, b: number): boolean {
    let [large, small] = [this.find(a), this.find(b)];
    if (large === small) return false;
    if (this.sizes[large] < this.sizes[small]) [large, small] = [small, large];
    this.parents[small] = large;
    this.sizes[large] += this.sizes[small];
    return true;
  }
}
