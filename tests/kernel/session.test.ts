import { describe, expect, it } from "vitest";
import { ScopeSession, type EditLog } from "../../src/kernel/session";
import { type Cluster, type ClusterId, type Content, type LogEntry } from "../../src/scope";

const cluster = (id: number, label: string): Cluster => ({
  id: id as ClusterId,
  label,
  description: "",
  labelSource: "keywords",
  labelModel: null,
  labelError: null,
  stale: false,
});
const content: Content = {
  clusters: [cluster(0, "Taxes"), cluster(1, "Roads")],
  assignment: Int32Array.of(0, 1, 1),
};
const rename = (label: string) => ({ kind: "rename", cluster: 0 as ClusterId, label }) as const;

function logged(): EditLog & { entries: LogEntry[] } {
  const entries: LogEntry[] = [];
  return { entries, append: (entry) => void entries.push(entry) };
}

describe("a session", () => {
  it("logs an edit before it counts: when the log can't be written, nothing has changed", () => {
    const session = new ScopeSession(content, [], {
      append: () => {
        throw new Error("disk full");
      },
    });
    const heard: unknown[] = [];
    session.on("edit", (entry) => heard.push(entry));
    expect(() => session.edit(rename("A"), "code")).toThrow("disk full");
    expect(session.state.revision).toBe(0);
    expect(session.state.content).toBe(content);
    expect(heard).toEqual([]);
  });

  it("does not log an edit that does not fit", () => {
    const log = logged();
    const session = new ScopeSession(content, [], log);
    expect(() => session.edit(rename(" "), "map")).toThrow("empty");
    expect(log.entries).toEqual([]);
  });

  it("applies an edit once when its message comes twice", () => {
    const log = logged();
    const session = new ScopeSession(content, [], log);
    session.edit(rename("A"), "map", "edit-1");
    session.edit(rename("B"), "code");
    expect(session.edit(rename("A"), "map", "edit-1").revision).toBe(1);
    expect(log.entries.map((e) => e.id)).toHaveLength(2);
    expect(session.state.content.clusters[0].label).toBe("B");
  });

  it("opened from its log is where it was", () => {
    const log = logged();
    const session = new ScopeSession(content, [], log);
    session.edit(rename("A"), "map");
    session.edit(rename("B"), "code");
    session.edit({ kind: "undo" }, "map");
    const reopened = new ScopeSession(content, log.entries, logged());
    expect(reopened.state).toEqual(session.state);
    reopened.edit({ kind: "redo" }, "code");
    expect(reopened.state.content.clusters[0].label).toBe("B");
  });

  it("tells listeners of edits and selections until they stop listening", () => {
    const session = new ScopeSession(content, [], logged());
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
});
