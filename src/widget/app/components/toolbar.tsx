import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { Tool } from "../../map/gestures";
import type { SelectionMode } from "../../sync/selection";
import { redo, undo } from "../actions";
import type { Ui } from "../ui";
import { number, plural } from "../words";
import { Button } from "./button";
import { ColourSelect } from "./colour-select";
import { ExportMenu } from "./export-menu";
import { MoreTools } from "./more-tools";
import { SearchBox } from "./search-box";
import { StatusText } from "./status";
import { useRoom } from "./use-room";

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

/** The tools, search, what the colours say, how many rows there are, and how the kernel is; what there is no room for is behind a button. */
export function Toolbar({ ui }: { ui: Ui }): JSX.Element {
  const bar = useRef<HTMLDivElement>(null);
  const room = useRoom(bar).value;
  return (
    <div ref={bar} class="ls-bar">
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
        {room === "whole" && <Modes ui={ui} />}
        <Button
          icon="undo"
          name="Undo"
          title="Undo (ctrl+z)"
          disabled={!ui.snapshot.value.state.done.length}
          onClick={() => undo(ui)}
        />
        {room !== "least" && <RedoAndReset ui={ui} />}
      </div>
      <SearchBox ui={ui} />
      {room !== "least" && <ColourSelect ui={ui} />}
      {room !== "least" && <Counts ui={ui} />}
      <StatusText ui={ui} />
      <div class="ls-group ls-last">
        {room === "whole" && (
          <>
            <ExportMenu ui={ui} />
            <ViewTools ui={ui} />
          </>
        )}
        {room !== "whole" && (
          <MoreTools>
            {(close) => (
              <>
                <p class="ls-more-line">
                  Selecting
                  <Modes ui={ui} />
                </p>
                {room === "least" && (
                  <>
                    <label class="ls-more-line">
                      Colours
                      <ColourSelect ui={ui} />
                    </label>
                    <RedoAndReset ui={ui} named onDone={close} />
                  </>
                )}
                <ExportMenu ui={ui} named onDone={close} />
                <ViewTools ui={ui} named onDone={close} />
                <p class="ls-more-foot">
                  <Counts ui={ui} />
                  <StatusText ui={ui} />
                </p>
              </>
            )}
          </MoreTools>
        )}
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

function Modes({ ui }: { ui: Ui }): JSX.Element {
  return (
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
  );
}

interface ToolsProps {
  ui: Ui;
  /** Whether the names stand beside the icons. Defaults to false. */
  named?: boolean;
  /** Called before something is done. */
  onDone?: () => void;
}

function RedoAndReset({ ui, named, onDone }: ToolsProps): JSX.Element {
  return (
    <>
      <Button
        icon="redo"
        name="Redo"
        title="Redo (ctrl+shift+z)"
        named={named}
        disabled={!ui.snapshot.value.state.undone.length}
        onClick={() => {
          onDone?.();
          redo(ui);
        }}
      />
      <Button
        icon="reset"
        name="Reset view"
        title="Reset view (0)"
        named={named}
        onClick={() => {
          onDone?.();
          ui.stage.flyTo(ui.stage.home);
        }}
      />
    </>
  );
}

/** What is about the view as a whole. */
function ViewTools({ ui, named, onDone }: ToolsProps): JSX.Element {
  const full = ui.full.value;
  const { openTab } = ui;
  const button = (icon: "help" | "tab" | "expand" | "shrink", name: string, title: string, act: () => void) => (
    <Button
      icon={icon}
      name={name}
      title={title}
      named={named}
      pressed={name === "Full screen" ? full : undefined}
      onClick={() => {
        onDone?.();
        act();
      }}
    />
  );
  return (
    <>
      {button("help", "Shortcuts", "Shortcuts (?)", () => (ui.helpOpen.value = true))}
      {openTab && button("tab", "Own tab", "Open in a tab of its own", openTab)}
      {button(full ? "shrink" : "expand", "Full screen", full ? "Back into the notebook" : "Fill the screen", () =>
        ui.toggleFull(),
      )}
    </>
  );
}

function Counts({ ui }: { ui: Ui }): JSX.Element {
  const deleted = ui.deleted.value;
  return (
    <span class="ls-counts ls-quiet">
      {plural(ui.store.rows - deleted, "row")}
      {deleted > 0 && `, ${number(deleted)} deleted`}
    </span>
  );
}
