import type { JSX } from "preact";
import type { Tool } from "../../map/gestures";
import { clearSelection, moveTo, redo, undo } from "../actions";
import type { Ui } from "../ui";
import { Icon, type IconName } from "./icons";
import { StatusText } from "./status";

const tools: readonly (readonly [Tool, string, string])[] = [
  ["pan", "Pan", "Pan (shift+drag selects with a lasso)"],
  ["lasso", "Lasso", "Lasso (shift adds, alt removes)"],
  ["box", "Box", "Box (shift adds, alt removes)"],
];

/** The tools, undo and redo, what is selected, and how the kernel is. */
export function Toolbar({ ui }: { ui: Ui }): JSX.Element {
  const { state } = ui.snapshot.value;
  return (
    <div class="ls-bar">
      <div class="ls-group" role="toolbar" aria-label="Map tools">
        <span class="ls-segment">
          {tools.map(([tool, name, title]) => (
            <Button
              key={tool}
              icon={tool}
              name={name}
              title={title}
              pressed={ui.tool.value === tool}
              onClick={() => (ui.tool.value = tool)}
            />
          ))}
        </span>
        <Button icon="undo" name="Undo" title="Undo (ctrl+z)" disabled={!state.done.length} onClick={() => undo(ui)} />
        <Button
          icon="redo"
          name="Redo"
          title="Redo (ctrl+shift+z)"
          disabled={!state.undone.length}
          onClick={() => redo(ui)}
        />
        <Button icon="reset" name="Reset view" title="Reset view (0)" onClick={() => moveTo(ui.stage, ui.stage.home)} />
      </div>
      <Counts ui={ui} />
      <StatusText ui={ui} />
      <Button
        icon="list"
        name="Cluster list"
        title="Show or hide the clusters"
        pressed={ui.panelOpen.value}
        onClick={() => (ui.panelOpen.value = !ui.panelOpen.value)}
      />
    </div>
  );
}

function Counts({ ui }: { ui: Ui }): JSX.Element {
  const selected = ui.snapshot.value.state.selection.length;
  return (
    <div class="ls-counts">
      {selected ? (
        <span class="ls-chip">
          <b>{number(selected)}</b>
          <span class="ls-of">of {number(ui.store.rows)}</span> selected
          <button
            type="button"
            aria-label="Clear selection"
            title="Clear selection (Escape)"
            onClick={() => clearSelection(ui)}
          >
            <Icon name="close" />
          </button>
        </span>
      ) : (
        <span class="ls-quiet">{plural(ui.store.rows, "row")}</span>
      )}
    </div>
  );
}

interface ButtonProps {
  icon: IconName;
  name: string;
  title: string;
  pressed?: boolean;
  disabled?: boolean;
  onClick: () => void;
}

function Button({ icon, name, title, pressed, disabled, onClick }: ButtonProps): JSX.Element {
  return (
    <button
      type="button"
      class="ls-button"
      aria-label={name}
      title={title}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

export function number(value: number): string {
  return value.toLocaleString("en");
}

export function plural(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? "" : "s"}`;
}
