import { describe, expect, it } from "vitest";
import { ScopeSession, type EditLog } from "../../src/kernel/session";
import { rowSet, savedContent, type Cluster, type ClusterId, type LogEntry } from "../../src/scope";

const cluster = (id: number, label: string): Cluster => ({
  id: id as ClusterId,
  label,
  description: "",
  labelSource: "keywords",
  labelModel: null,
  labelError: null,
  stale: false,
  swatch: null,
});
const content = savedContent([cluster(0, "Taxes"), cluster(1, "Roads")], Int32Array.of(0, 1, 1));
const rename = (label: string) => ({ kind: "rename", cluster: 0 as ClusterId, label }) as const;

/** A log in memory, of some entries. @param others what another kernel appends before each entry */
function logged(entries: LogEntry[] = [], others: LogEntry[] = []): EditLog & { entries: LogEntry[] } {
  let known = 0;
  const read = (): LogEntry[] => entries.slice(known, (known = entries.length));
  return {
    ...{ entries, read },
    append: (entry) => {
      entries.push(...others.splice(0), entry);
      return read();
    },
  };
}
const label = (session: ScopeSession, id: number): string | undefined =>
  session.state.content.clusters.find((c) => c.id === id)?.label;

describe("a session", () => {
  it("logs an edit before it counts: when the log can't be written, nothing has changed", async () => {
    const session = await ScopeSession.open(content, {
      read: () => [],
      append: () => {
        throw new Error("disk full");
      },
    });
    const before = session.state;
    const heard: unknown[] = [];
    session.on("edit", (entry) => heard.push(entry));
    expect(() => session.edit(rename("A"), "code")).toThrow("disk full");
    expect(session.state).toBe(before);
    expect(heard).toEqual([]);
  });

  it("does not log an edit that does not fit", async () => {
    const log = logged();
    const session = await ScopeSession.open(content, log);
    expect(() => session.edit(rename(" "), "map")).toThrow("empty");
    expect(log.entries).toEqual([]);
  });

  it("applies an edit once when its message comes twice", async () => {
    const log = logged();
    const session = await ScopeSession.open(content, log);
    session.edit(rename("A"), "map", "edit-1");
    session.edit(rename("B"), "code");
    expect(session.edit(rename("A"), "map", "edit-1").revision).toBe(1);
    expect(log.entries.map((e) => e.id)).toHaveLength(2);
    expect(label(session, 0)).toBe("B");
  });

  it("opened from its log is where it was", async () => {
    const log = logged();
    const session = await ScopeSession.open(content, log);
    session.edit(rename("A"), "map");
    session.edit(rename("B"), "code");
    session.edit({ kind: "undo" }, "map");
    const reopened = await ScopeSession.open(content, logged([...log.entries]));
    expect(reopened.state).toEqual(session.state);
    reopened.edit({ kind: "redo" }, "code");
    expect(label(reopened, 0)).toBe("B");
  });

  it("tells listeners of edits and selections until they stop listening", async () => {
    const session = await ScopeSession.open(content, logged());
    const heard: string[] = [];
    const stop = session.on("selection", (state, id) => heard.push(`${[...state.selection].join()} by ${id}`));
    session.on("edit", (entry) => heard.push(entry.edit.kind));
    session.select([2, 0], "m1");
    session.edit(rename("A"), "code");
    stop();
    session.select([1]);
    expect(heard).toEqual(["2,0 by m1", "rename"]);
    expect(session.selectionRevision).toBe(2);
  });

  const foreign = (id: string, text: string): LogEntry => ({
    ...{ revision: 1, id, time: "2026-01-02T03:04:05.000Z", actor: "code" },
    edit: { kind: "rename", cluster: 1 as ClusterId, label: text },
  });

  it("takes in what another kernel has appended, before its own edit and when asked", async () => {
    const log = logged();
    const session = await ScopeSession.open(content, log);
    const heard: string[] = [];
    session.on("edit", ({ id, revision }) => heard.push(`${id} ${revision}`));
    log.entries.push(foreign("theirs", "Ways"));
    session.edit(rename("A"), "map", "ours");
    log.entries.push(foreign("more", "Paths"));
    session.refresh();
    expect(heard).toEqual(["theirs 1", "ours 2", "more 3"]);
    expect([label(session, 0), label(session, 1)]).toEqual(["A", "Paths"]);
  });

  it("puts its edit behind one that another kernel appended at the same moment, or refuses it when it fits no more", async () => {
    const merge = { kind: "merge", clusters: [1, 0] as ClusterId[] } as const;
    const log = logged([], [{ ...foreign("theirs", ""), edit: merge }]);
    const session = await ScopeSession.open(content, log);
    expect(() => session.edit(rename("A"), "map", "ours")).toThrow("There is no cluster 0");
    expect([...session.state.content.assignment]).toEqual([1, 1, 1]);
    // every kernel that reads the log comes to the same state
    const other = await ScopeSession.open(content, logged([...log.entries]));
    expect(other.state.content).toEqual(session.state.content);
    expect(other.misfits.map(({ entry }) => entry.id)).toEqual(["ours"]);
    session.edit({ kind: "undo" }, "code");
    expect([...session.state.content.assignment]).toEqual([0, 1, 1]);
  });

  it("finds the cluster that an earlier edit made, whatever id it has got", async () => {
    const session = await ScopeSession.open(content, logged());
    session.edit({ kind: "assign", rows: rowSet([2]), label: "Made in a cell" }, "code");
    session.edit({ kind: "assign", rows: rowSet([0]), label: "Made on the map" }, "map", "m1");
    expect(session.madeBy("m1")).toEqual([3]);
    // the map thought that it would be cluster 2
    const edit = { kind: "rename", cluster: 2 as ClusterId, label: "Renamed on the map" } as const;
    session.edit(edit, "map", "m2", [{ cluster: 2 as ClusterId, by: "m1", part: 0 }]);
    expect([label(session, 2), label(session, 3)]).toEqual(["Made in a cell", "Renamed on the map"]);
    const lost = [{ cluster: 2 as ClusterId, by: "refused", part: 0 }];
    expect(() => session.edit(edit, "map", "m3", lost)).toThrow("was not made");
    const reopened = await ScopeSession.open(content, logged(session.state.log.map(({ entry }) => entry)));
    expect(reopened.madeBy("m1")).toEqual([3]);
  });
});
