import type { JSX } from "preact";

const shapes = {
  pan: "M8 1.5v13M1.5 8h13M8 1.5 6 3.5M8 1.5l2 2M8 14.5l-2-2M8 14.5l2-2M1.5 8l2-2M1.5 8l2 2M14.5 8l-2-2M14.5 8l-2 2",
  lasso:
    "M5.2 11.2C3 10.6 1.6 9 1.6 7.1 1.6 4.5 4.5 2.4 8 2.4s6.4 2.1 6.4 4.7S11.5 11.7 8 11.7c-.4 0-.7 0-1 0M5.2 11.2a1.7 1.7 0 1 0 1.9.5M5.2 11.2c.7-.2 1.5 0 1.9.5M7.1 11.7c.3 1.4-.3 2.4-1.6 2.9",
  box: "M2.5 5V2.5H5M7 2.5h2M11 2.5h2.5V5M13.5 7v2M13.5 11v2.5H11M9 13.5H7M5 13.5H2.5V11M2.5 9V7",
  undo: "M3 6.2h6.6a3.6 3.6 0 0 1 0 7.2H6M3 6.2 6 3.2M3 6.2l3 3",
  redo: "M13 6.2H6.4a3.6 3.6 0 0 0 0 7.2H10M13 6.2l-3-3M13 6.2l-3 3",
  reset: "M2 6V2.5h3.5M10.5 2.5H14V6M14 10v3.5h-3.5M5.5 13.5H2V10M8 6.4a1.6 1.6 0 1 0 0 3.2 1.6 1.6 0 0 0 0-3.2",
  pencil: "M10.9 2.6 13.4 5.1 5.6 12.9 2.5 13.5 3.1 10.4zM9.4 4.1l2.5 2.5",
  close: "M4 4l8 8M12 4l-8 8",
  list: "M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01",
  check: "M3.5 8.5l3 3 6-7",
  minus: "M4 8h8",
  tag: "M2.5 2.5h5l6 6-5 5-6-6zM5.5 5.5h.01",
  replace: "M3 3h10v10H3z",
  add: "M2.5 2.5h7v7h-7zM6.5 6.5h7v7h-7z",
  remove: "M9.5 5V2.5h-7v7H5M6.5 6.5h7v7h-7z",
  intersect: "M2.5 2.5h7v7h-7zM6.5 6.5h7v7h-7z",
  funnel: "M2 3h12l-4.7 5.5v4L6.7 13.8V8.5z",
  download: "M8 2.500v7.500M4.8 7 8 10.2 11.2 7M2.5 12.500h11",
  help: "M5.8 6a2.2 2.2 0 1 1 3.3 1.900c-.8.4-1.1.8-1.1 1.600M8 12h.01M8 1.500a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13",
  expand: "M9.5 2.500h4v4M13.5 2.5 9.3 6.700M6.5 13.500h-4v-4M2.5 13.500l4.2-4.2",
  shrink: "M13.5 6.500h-4v-4M9.5 6.500l4.2-4.200M2.5 9.500h4v4M6.5 9.500l-4.2 4.2",
  tab: "M7 3H2.5v10.5H13V9M9.5 2.5h4v4M13.5 2.5l-6 6",
  more: "M3 7.5a.5.5 0 1 0 0 1 .5.5 0 0 0 0-1M8 7.5a.5.5 0 1 0 0 1 .5.5 0 0 0 0-1M13 7.5a.5.5 0 1 0 0 1 .5.5 0 0 0 0-1",
  back: "M9.5 3.5 5 8l4.5 4.5",
  up: "M4.5 10 8 6.5 11.5 10",
  down: "M4.5 6.5 8 10l3.5-3.5",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.3 10.3l3.2 3.2",
} as const;

/** What is filled of a shape. */
const fills: Partial<Record<keyof typeof shapes, string>> = {
  replace: shapes.replace,
  add: "M2.5 2.5h7v4h4v7h-7v-4h-4z",
  remove: "M2.5 2.5h7v4h-3v3h-4z",
  intersect: "M6.5 6.5h3v3h-3z",
};

export type IconName = keyof typeof shapes;

export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" class="ls-icon">
      {fills[name] && <path class="ls-icon-fill" d={fills[name]} />}
      <path d={shapes[name]} />
    </svg>
  );
}
