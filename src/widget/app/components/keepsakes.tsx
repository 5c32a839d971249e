import type { JSX } from "preact";
import { modeOf, selectTag, shownRows } from "../actions";
import type { Ui } from "../ui";
import { number } from "../words";
import { Icon } from "./icons";

/** Tags and named selections, under the list: a click selects their rows. */
export function Keepsakes({ ui }: { ui: Ui }): JSX.Element | null {
  const { tags, selections } = ui.content.value;
  void ui.showDeleted.value; // whose rows count
  if (!tags.size && !selections.size) return null;
  return (
    <div class="ls-keepsakes">
      {tags.size > 0 && (
        <div class="ls-chips" role="group" aria-label="Tags">
          <Icon name="tag" />
          {[...tags].map(([tag, rows]) => (
            <span key={tag} class="ls-tag ls-named">
              <button
                type="button"
                title={`Select the rows with the tag ${tag}`}
                onClick={(event) => selectTag(ui, tag, modeOf(event))}
              >
                <bdi class="ls-tag-name">{tag}</bdi> <span class="ls-size">{number(shownRows(ui, rows).length)}</span>
              </button>
              <button
                type="button"
                class="ls-forget"
                aria-label="Filter to this tag"
                title={`Show only the rows with the tag ${tag}`}
                onClick={() => ui.filters.add({ kind: "tag", tag })}
              >
                <Icon name="funnel" />
              </button>
            </span>
          ))}
        </div>
      )}
      {selections.size > 0 && (
        <div class="ls-chips" role="group" aria-label="Named selections">
          <Icon name="lasso" />
          {[...selections].map(([name, rows]) => (
            <span key={name} class="ls-tag ls-named">
              <button type="button" title={`Select ${name} again`} onClick={() => ui.store.recallSelection(name)}>
                <bdi class="ls-tag-name">{name}</bdi> <span class="ls-size">{number(rows.length)}</span>
              </button>
              <button
                type="button"
                class="ls-forget"
                aria-label={`Forget selection ${name}`}
                title="Forget this selection"
                onClick={() => ui.store.forgetSelection(name)}
              >
                <Icon name="close" />
              </button>
            </span>
          ))}
        </div>
      )}
    </div>
  );
}
