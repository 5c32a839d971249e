import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { clampTop, scrollHeight, scrollTopOf, topOf, topToShow, windowOf, type Scrolled } from "./virtual-scroll";

/** A list of rows in an element that scrolls. */
export interface VirtualScroll {
  /** The element that scrolls. */
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly first: number;
  readonly end: number;
  /** CSS pixels from the top of what is seen to the top of the first row: 0 or less. */
  readonly offset: number;
  readonly list: Scrolled;
  /** Scrolls as little as can be to see a row. */
  show(index: number): void;
  /** Scrolls to the beginning. */
  reset(): void;
}

/** @param headHeight CSS pixels above the rows that stay */
export function useVirtualScroll(count: number, rowHeight: number, headHeight: number): VirtualScroll {
  const scroller = useRef<HTMLDivElement>(null);
  const [viewport, setViewport] = useState(0);
  const [wanted, setTop] = useState(0);
  const list: Scrolled = { count, rowHeight, viewport };
  const top = clampTop(list, wanted);
  const now = useRef({ list, top });
  now.current = { list, top };

  const go = (to: number) => {
    now.current.top = clampTop(now.current.list, to);
    setTop(now.current.top);
    if (scroller.current) scroller.current.scrollTop = scrollTopOf(now.current.list, now.current.top);
  };
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = () => setViewport(Math.max(0, element.clientHeight - headHeight));
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    const scroll = () => {
      const { list: current, top: before } = now.current;
      // where it was put by `go`, between two pixels of the scroll bar
      if (Math.abs(element.scrollTop - scrollTopOf(current, before)) > 1) setTop(topOf(current, element.scrollTop));
    };
    // where the scroll bar shows only parts, a turn of the wheel would run past many rows
    const wheel = (event: WheelEvent) => {
      const { list: current, top: before } = now.current;
      if (event.ctrlKey || event.shiftKey || current.count * rowHeight === scrollHeight(current)) return;
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
      event.preventDefault();
      go(before + event.deltaY * (event.deltaMode === 1 ? rowHeight : event.deltaMode === 2 ? current.viewport : 1));
    };
    element.addEventListener("scroll", scroll, { passive: true });
    element.addEventListener("wheel", wheel, { passive: false });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", scroll);
      element.removeEventListener("wheel", wheel);
    };
  }, []);
  const { first, end } = windowOf(list, top);
  return {
    scroller,
    first,
    end,
    offset: first * rowHeight - top,
    list,
    show: (index) => go(topToShow(now.current.list, now.current.top, index)),
    reset: () => go(0),
  };
}
