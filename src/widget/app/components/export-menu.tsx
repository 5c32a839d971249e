import { useSignal } from "@preact/signals";
import type { JSX, TargetedKeyboardEvent } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { downloadPicture, downloadRows } from "../download";
import { passing } from "../filters";
import type { Ui } from "../ui";
import { plural } from "../words";
import { Icon } from "./icons";
import { usePressOutside } from "./use-press-outside";

interface ExportMenuProps {
  ui: Ui;
  named?: boolean;
  onDone?: () => void;
}

interface Item {
  readonly name: string;
  readonly run: () => void;
}

/**
 * Files of rows, made by the kernel, and the picture of the map, made here.
 * @param named whether the button has its name beside its icon; defaults to false
 * @param onDone called when something of it has been chosen
 */
export function ExportMenu({ ui, named = false, onDone }: ExportMenuProps): JSX.Element {
  const open = useSignal(false);
  const id = useId();
  const element = useRef<HTMLDivElement>(null);
  const close = (focus: boolean) => {
    open.value = false;
    if (focus) element.current?.querySelector("button")?.focus();
  };
  useLayoutEffect(() => {
    if (!open.value) return;
    element.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus({ preventScroll: true });
  }, [open.value]);
  usePressOutside(element, open.value, () => close(false));
  return (
    <div ref={element} class="ls-menu-place">
      <button
        type="button"
        class={named ? "ls-option" : "ls-button"}
        aria-label="Export"
        title="Save rows or a picture as a file"
        aria-haspopup="menu"
        aria-expanded={open.value}
        aria-controls={open.value ? id : undefined}
        onClick={() => (open.value = !open.value)}
      >
        <Icon name="download" />
        {named && "Export"}
      </button>
      {open.value && (
        <div id={id} class="ls-menu" role="menu" aria-label="Export" onKeyDown={(event) => menuKey(event, close)}>
          {itemsOf(ui).map(({ name, run }) => (
            <button
              key={name}
              type="button"
              role="menuitem"
              tabIndex={-1}
              class="ls-option"
              onClick={() => {
                close(true);
                onDone?.();
                run();
              }}
            >
              {name}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function itemsOf(ui: Ui): Item[] {
  const { rows: selected } = ui.selected.value;
  const filtered = ui.filters.rows.value;
  const all = () => passing(null, ui.content.peek().deleted);
  const files = (what: string, name: string, rows: () => Uint32Array): Item[] =>
    (["csv", "parquet"] as const).map((format) => ({
      name: `${name} as ${format === "csv" ? "CSV" : "Parquet"}`,
      run: () => void downloadRows(ui, format, rows(), what),
    }));
  return [
    { name: "Picture of the map as PNG", run: () => void downloadPicture(ui) },
    ...files("rows", "All rows", all),
    ...(selected.length ? files("selection", `Selection (${plural(selected.length, "row")})`, () => selected) : []),
    ...(filtered ? files("filtered", `Filtered (${plural(filtered.length, "row")})`, () => filtered) : []),
  ];
}

function menuKey(event: TargetedKeyboardEvent<HTMLDivElement>, close: (focus: boolean) => void): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>("[role=menuitem]")];
  const at = items.indexOf(event.target as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (event.key === "Escape") close(true);
  else if (event.key === "Tab") return close(false);
  else if (to !== undefined) items.at(to % items.length)?.focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
