import type { JSX } from "preact";
import type { Tool } from "../../map/gestures";
import type { SelectionMode } from "../../sync/selection";
import { redo, undo } from "../actions";
import type { Ui } from "../ui";
import { number, plural } from "../words";
import { Button } from "./button";
import { ColourSelect } from "./colour-select";
import { ExportMenu } from "./export-menu";
import { SearchBox } from "./search-box";
import { StatusText } from "./status";

const tools: readonly (readonly [Tool, string, string])[] = [
  ["pan", "Pan", "Pan (shift+drag selects with a lasso)"],
  ["lasso", "Lasso", "Lasso"],
  ["box", "Box", "Box"],
];

const modes: readonly (readonly [SelectionMode, string, string])[] = [
  ["replace", "Replace selection", "Select instead of what is selected"],
  ["add", "Add to selection", "Add to the selection (shift)"],
  ["remove", "Remove from selection", "Remove from the selection (alt)"],
  ["intersect", "Intersect with selection", "Keep of the selection only what is in both (shift+alt)"],
];

/** The tools, search, what the colours say, how many rows there are, and how the kernel is. */
export function Toolbar({ ui }: { ui: Ui }): JSX.Element {
  const { state } = ui.snapshot.value;
  const full = ui.full.value;
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
        <span class="ls-segment" role="group" aria-label="What a selection does">
          {modes.map(([mode, name, title]) => (
            <Button
              key={mode}
              icon={mode}
              name={name}
              title={title}
              pressed={ui.mode.value === mode}
              onClick={() => (ui.mode.value = mode)}
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
        <Button icon="reset" name="Reset view" title="Reset view (0)" onClick={() => ui.stage.flyTo(ui.stage.home)} />
      </div>
      <SearchBox ui={ui} />
      <ColourSelect ui={ui} />
      <Counts ui={ui} />
      <StatusText ui={ui} />
      <div class="ls-group ls-last">
        <ExportMenu ui={ui} />
        <Button icon="help" name="Shortcuts" title="Shortcuts (?)" onClick={() => (ui.helpOpen.value = true)} />
        {ui.openTab && <Button icon="tab" name="Own tab" title="Open in a tab of its own" onClick={ui.openTab} />}
        <Button
          icon={full ? "shrink" : "expand"}
          name="Full screen"
          title={full ? "Back into the notebook" : "Fill the screen"}
          pressed={full}
          onClick={() => ui.toggleFull()}
        />
        <Button
          icon="list"
          name="Cluster list"
          title="Show or hide the clusters and rows"
          pressed={ui.panelOpen.value}
          onClick={() => (ui.panelOpen.value = !ui.panelOpen.value)}
        />
      </div>
    </div>
  );
}

function Counts({ ui }: { ui: Ui }): JSX.Element {
  const deleted = ui.deleted.value;
  return (
    <div class="ls-counts ls-quiet">
      {plural(ui.store.rows - deleted, "row")}
      {deleted > 0 && <span class="ls-of">, {number(deleted)} deleted</span>}
    </div>
  );
}
