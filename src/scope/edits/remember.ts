import { LatentScopeError } from "../errors";
import { cleanName } from "../labels";
import { listedRows, type RowList } from "../rows";
import type { Content } from "../state";
import type { EditKind } from "./index";

/** Gives a selection a name, by which it can be selected again. One of this name is replaced. */
export interface RememberEdit {
  readonly kind: "remember";
  readonly name: string;
  /** In the order of the selection. */
  readonly rows: RowList;
}

/** Forgets a named selection. */
export interface ForgetEdit {
  readonly kind: "forget";
  readonly name: string;
}

export const remember: EditKind<RememberEdit> = {
  apply(draft, edit) {
    const name = cleanName(edit.name, "selection");
    const rows = listedRows(edit.rows, draft.rows);
    if (!rows.length)
      throw new LatentScopeError("bad-rows", `Nothing is selected that could be called "${name}". Select some rows.`);
    const before = draft.content.selections.get(name);
    if (!before || before.length !== rows.length || before.some((row, i) => row !== rows[i]))
      draft.setSelection(name, rows);
    return { cluster: null, rows: rows.length, detail: { name, rows: edit.rows } };
  },
  mapClusters: (edit) => edit,
};

export const forget: EditKind<ForgetEdit> = {
  apply(draft, { name }) {
    const { length } = namedSelection(draft.content, name);
    draft.setSelection(name, null);
    return { cluster: null, rows: length, detail: { name } };
  },
  mapClusters: (edit) => edit,
};

/** Rows of a named selection, in its order. @throws LatentScopeError `unknown-selection` */
export function namedSelection({ selections }: Content, name: string): Uint32Array {
  const rows = selections.get(name);
  if (rows) return rows;
  const names = [...selections.keys()].map((known) => `"${known}"`);
  const there = names.length ? `Those that have one are ${names.join(", ")}.` : "None has a name yet.";
  throw new LatentScopeError("unknown-selection", `There is no selection named ${JSON.stringify(name)}. ${there}`);
}
