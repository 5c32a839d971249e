import { LatentScopeError } from "../errors";
import { cleanTag } from "../labels";
import { flagsOf, withFlag } from "../row-flags";
import type { RowSet } from "../rows";
import type { Content } from "../state";
import { someRows } from "./assign";
import type { EditKind } from "./index";

/** Gives rows a tag. */
export interface TagEdit {
  readonly kind: "tag";
  readonly rows: RowSet;
  readonly tag: string;
}

/** Takes a tag from rows. */
export interface UntagEdit {
  readonly kind: "untag";
  readonly rows: RowSet;
  readonly tag: string;
}

export const tag: EditKind<TagEdit> = {
  apply(draft, edit) {
    const rows = someRows(edit.rows, draft.rows, "tagged");
    const name = draft.content.tags.has(edit.tag) ? edit.tag : cleanTag(edit.tag);
    const before = draft.content.tags.get(name) ?? new Uint32Array(0);
    const all = union(before, rows);
    if (all.length > before.length) draft.setTag(name, all);
    return { cluster: null, rows: all.length - before.length, detail: { tag: name, rows: edit.rows } };
  },
  mapClusters: (edit) => edit,
};

export const untag: EditKind<UntagEdit> = {
  apply(draft, edit) {
    const untagged = flagsOf(someRows(edit.rows, draft.rows, "untagged"), draft.rows);
    const before = taggedRows(draft.content, edit.tag);
    const left = withFlag(before, untagged, 0);
    if (left.length < before.length) draft.setTag(edit.tag, left);
    return { cluster: null, rows: before.length - left.length, detail: { tag: edit.tag, rows: edit.rows } };
  },
  mapClusters: (edit) => edit,
};

/** Rows of a tag, ascending. @throws LatentScopeError `unknown-tag` */
export function taggedRows({ tags }: Content, tag: string): Uint32Array {
  const rows = tags.get(tag);
  if (rows) return rows;
  const names = [...tags.keys()].map((name) => `"${name}"`);
  const there = names.length ? `The tags are ${names.join(", ")}.` : "No row has a tag yet.";
  throw new LatentScopeError("unknown-tag", `No row has the tag ${JSON.stringify(tag)}. ${there}`);
}

/** Rows of either, ascending; both are. */
function union(a: Uint32Array, b: Uint32Array): Uint32Array {
  const all = new Uint32Array(a.length + b.length);
  let [i, j, count] = [0, 0, 0];
  while (i < a.length || j < b.length) {
    const row = j === b.length || (i < a.length && a[i] <= b[j]) ? a[i] : b[j];
    if (a[i] === row) i++;
    if (b[j] === row) j++;
    all[count++] = row;
  }
  return all.slice(0, count);
}
