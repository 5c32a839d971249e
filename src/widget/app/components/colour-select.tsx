import type { JSX } from "preact";
import type { Ui } from "../ui";

/** What the colours of the points say. */
export function ColourSelect({ ui }: { ui: Ui }): JSX.Element {
  const { colours, search } = ui;
  const { colorBy } = ui.snapshot.value.look;
  const near = colours.bySimilarity.value;
  const value = near ? "similarity" : typeof colorBy === "object" ? `column ${colorBy.column}` : colorBy;
  const columns = colours.columns.value.filter(({ kind }) => kind !== "text");
  // a column that a cell has asked for may be told before the list of columns
  const unknown = typeof colorBy === "object" && !columns.some(({ name }) => name === colorBy.column);
  return (
    <select
      class="ls-input ls-colour-by"
      aria-label="Colour by"
      title="What the colours of the points say"
      value={value}
      onChange={({ currentTarget: { value: chosen } }) => {
        if (chosen === "similarity") colours.bySimilarity.value = true;
        else if (chosen === "cluster" || chosen === "tags") colours.choose(chosen);
        else colours.choose({ column: chosen.slice("column ".length) });
      }}
    >
      <option value="cluster">Clusters</option>
      <option value="tags">Tags</option>
      {(near || search.similarities.value) && <option value="similarity">Similarity</option>}
      {(columns.length > 0 || unknown) && (
        <optgroup label="Columns">
          {columns.map(({ name }) => (
            <option key={name} value={`column ${name}`}>
              {name}
            </option>
          ))}
          {unknown && <option value={value}>{colorBy.column}</option>}
        </optgroup>
      )}
    </select>
  );
}
