/** Browsers lay out nothing higher than some ten million pixels: of more, the scroll bar shows parts. */
export const MAX_HEIGHT = 8_000_000;

/** A list of rows of the same height in a window that scrolls; lengths in CSS pixels. */
export interface Scrolled {
  readonly count: number;
  readonly rowHeight: number;
  /** Height of what is seen of it. */
  readonly viewport: number;
}

/** Height of the element that scrolls. */
export function scrollHeight({ count, rowHeight }: Scrolled): number {
  return Math.min(MAX_HEIGHT, count * rowHeight);
}

/** Greatest top of what is seen, in pixels of a list of its full height. */
export function lastTop({ count, rowHeight, viewport }: Scrolled): number {
  return Math.max(0, count * rowHeight - viewport);
}

/** The top of what is seen in the full list, for where the scroll bar is. */
export function topOf(list: Scrolled, scrollTop: number): number {
  const room = scrollHeight(list) - list.viewport;
  return room <= 0 ? 0 : clampTop(list, (scrollTop / room) * lastTop(list));
}

/** Where the scroll bar is, for the top of what is seen in the full list. */
export function scrollTopOf(list: Scrolled, top: number): number {
  const last = lastTop(list);
  return last === 0 ? 0 : (top / last) * (scrollHeight(list) - list.viewport);
}

export function clampTop(list: Scrolled, top: number): number {
  return Math.min(lastTop(list), Math.max(0, top));
}

/** The rows to be seen: from `first` to before `end`. */
export function windowOf({ count, rowHeight, viewport }: Scrolled, top: number): { first: number; end: number } {
  const first = Math.min(count, Math.max(0, Math.floor(top / rowHeight)));
  return { first, end: Math.min(count, Math.ceil((top + viewport) / rowHeight)) };
}

/** The top at which a row is wholly seen, moved as little as can be. */
export function topToShow(list: Scrolled, top: number, index: number): number {
  const { rowHeight, viewport } = list;
  const from = index * rowHeight;
  if (from < top) return from;
  return from + rowHeight > top + viewport ? clampTop(list, from + rowHeight - viewport) : top;
}
