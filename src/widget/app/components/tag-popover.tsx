import type { JSX } from "preact";
import { MAX_NAME_LENGTH } from "../../../scope";
import { toggleTag } from "../actions";
import { tagsOf, type TagUse } from "../selected";
import type { Ui } from "../ui";
import { number } from "../words";
import { Icon } from "./icons";
import { Popover } from "./popover";

/** Gives the selected rows tags and takes them away. */
export function TagPopover({ ui }: { ui: Ui }): JSX.Element {
  const { rows } = ui.selected.value;
  const tags = tagsOf(ui.content.value, rows);
  return (
    <Popover ui={ui} name="tag" label="Tag rows">
      <input
        class="ls-input"
        aria-label="New tag"
        placeholder="New tag"
        dir="auto"
        spellcheck={false}
        maxLength={MAX_NAME_LENGTH}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.isComposing) return;
          event.preventDefault();
          const { currentTarget: input } = event;
          if (toggleTag(ui, { tag: input.value, rows: 0 })) input.value = "";
        }}
      />
      {tags.length > 0 && (
        <div class="ls-options" role="group" aria-label="Tags">
          {tags.map((use) => (
            <TagBox key={use.tag} ui={ui} use={use} all={rows.length} />
          ))}
        </div>
      )}
    </Popover>
  );
}

function TagBox({ ui, use, all }: { ui: Ui; use: TagUse; all: number }): JSX.Element {
  const state = use.rows === all ? "true" : use.rows ? "mixed" : "false";
  return (
    <button
      type="button"
      class="ls-option"
      role="checkbox"
      aria-checked={state}
      aria-label={use.tag}
      title={state === "true" ? "Take this tag from all of these rows" : "Give this tag to all of these rows"}
      onClick={() => toggleTag(ui, use)}
    >
      <span class="ls-check">
        {state === "true" && <Icon name="check" />}
        {state === "mixed" && <Icon name="minus" />}
      </span>
      <span class="ls-name" dir="auto">
        {use.tag}
      </span>
      {state === "mixed" && (
        <span class="ls-size">
          {number(use.rows)} of {number(all)}
        </span>
      )}
    </button>
  );
}
