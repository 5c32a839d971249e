/** Numbers and lists as people read them. */

/** "4,981" */
export function count(value: number): string {
  return value.toLocaleString("en-GB", { maximumFractionDigits: 0 });
}

/** "1 cluster", "4,981 clusters" */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `"a", "b" and "c"` */
export function quotedList(names: readonly string[], last = "and"): string {
  const quoted = names.map((name) => `"${name}"`);
  return quoted.length < 2 ? quoted.join("") : `${quoted.slice(0, -1).join(", ")} ${last} ${quoted[quoted.length - 1]}`;
}

/** A text in one line of at most `length` characters, cut at a word where that is possible. */
export function excerpt(text: string, length: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  if (line.length <= length) return line;
  const cut = line.slice(0, length - 1);
  const space = cut.lastIndexOf(" ");
  const end = space > length / 2 ? space : cut.length;
  // not between the halves of a surrogate pair
  return `${cut.slice(0, end).replace(/[\ud800-\udbff]$/, "")}…`;
}
