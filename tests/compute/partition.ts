/** Labels renumbered by first occurrence, noise aside: equal for equal partitions. */
export function canonical(labels: ArrayLike<number>): number[] {
  const numbers = new Map<number, number>([[-1, -1]]);
  return Array.from(labels, (label) => {
    if (!numbers.has(label)) numbers.set(label, numbers.size - 1);
    return numbers.get(label)!;
  });
}
