import { expect, test } from "vitest";
import { rowsInClusters, rowSet, type ClusterId, type Edit, type MapMessage } from "../../src/scope";
import { Proposals } from "../../src/widget/sync/proposals";
import { ScopeStore } from "../../src/widget/sync/scope-store";
import { blobs } from "./support/blobs";
import { SimulatedKernel } from "./support/kernel";

const data = blobs(60, 4);
const id = (cluster: number) => cluster as ClusterId;
const rows = (...values: number[]) => rowSet(values);

function page(kernel = new SimulatedKernel(data)): { kernel: SimulatedKernel; store: ScopeStore } {
  return { kernel, store: new ScopeStore(kernel.open()) };
}

const label = ({ snapshot }: ScopeStore, cluster: number) =>
  snapshot.state.content.clusters.find((c) => c.id === cluster)?.label;
const settle = () => new Promise<void>((resolve) => setTimeout(resolve));
const sent = (kernel: SimulatedKernel) =>
  kernel.received.filter((m): m is Extract<MapMessage, { type: "edit" }> => m.type === "edit");

/** Halves of a cluster, as a split of it. */
function halves(kernel: SimulatedKernel, cluster: number): Edit {
  const members = [...rowsInClusters(kernel.state.content, [cluster])];
  const part = (some: number[], name: string) =>
    ({ rows: rowSet(some), label: name, description: "", labelSource: "keywords", labelModel: null }) as const;
  const middle = members.length >> 1;
  return {
    kind: "split",
    cluster: id(cluster),
    parts: [part(members.slice(0, middle), "one half"), part(members.slice(middle), "the other")],
  };
}

test("a cluster made here gets another id when a cell was first, and what was done to it meanwhile follows it", async () => {
  const { kernel, store } = page();
  kernel.busy = true;
  store.edit({ kind: "assign", rows: rows(1, 2, 3), label: "Mine" });
  store.rename(id(4), "Mine, renamed");
  store.edit({ kind: "assign", rows: rows(7), cluster: id(4) });
  expect(label(store, 4)).toBe("Mine, renamed");
  expect([...store.snapshot.pendingClusters]).toContain(4);
  const [maker, renamer] = sent(kernel);
  expect(maker.made).toBeUndefined();
  expect(renamer.made).toEqual([{ cluster: 4, by: maker.id, part: 0 }]);
  kernel.edit({ kind: "assign", rows: rows(5), label: "Theirs" });
  expect([label(store, 4), label(store, 5)]).toEqual(["Theirs", "Mine, renamed"]);
  expect([...store.snapshot.pendingClusters]).toEqual([5]);
  await settle();
  kernel.idle();
  expect(store.snapshot).toMatchObject({ pending: 0, notice: null });
  expect(store.snapshot.state.content).toEqual(kernel.state.content);
  expect([label(store, 4), label(store, 5)]).toEqual(["Theirs", "Mine, renamed"]);
  expect([1, 2, 3, 5, 7].map((row) => kernel.state.content.assignment[row])).toEqual([5, 5, 5, 4, 5]);
});

test("what waits follows its cluster also when only the making of it is confirmed by then", async () => {
  const kernel = new SimulatedKernel(data);
  const model = kernel.open();
  const store = new ScopeStore(model);
  model.slow = true;
  kernel.edit({ kind: "assign", rows: rows(5), label: "Theirs" });
  store.edit({ kind: "assign", rows: rows(1, 2), label: "Mine" });
  await settle();
  kernel.busy = true;
  store.rename(id(4), "Mine, renamed");
  model.release();
  expect(store.snapshot).toMatchObject({ revision: 2, pending: 1 });
  expect([label(store, 4), label(store, 5)]).toEqual(["Theirs", "Mine, renamed"]);
  // by now it is known by the id that it has
  store.edit({ kind: "delete", rows: rows(1) });
  store.edit({ kind: "assign", rows: rows(8), cluster: id(5) });
  expect(sent(kernel).at(-1)).toMatchObject({ edit: { cluster: 5 } });
  expect(sent(kernel).at(-1)?.made).toBeUndefined();
  model.slow = false;
  await settle();
  kernel.idle();
  expect(store.snapshot).toMatchObject({ pending: 0, notice: null });
  expect(store.snapshot.state.content).toEqual(kernel.state.content);
  expect(label(store, 5)).toBe("Mine, renamed");
});

test("the ids shift one after the other: of two splits and what was done to their parts, each finds its own", async () => {
  const { kernel, store } = page();
  kernel.busy = true;
  store.edit(halves(kernel, 0));
  store.edit(halves(kernel, 1));
  store.rename(id(5), "second of the first");
  store.rename(id(6), "first of the second");
  kernel.edit({
    kind: "assign",
    rows: rows(...rowsInClusters(kernel.state.content, [3]).subarray(0, 2)),
    label: "Theirs",
  });
  await settle();
  kernel.idle();
  expect([4, 5, 6, 7, 8].map((c) => label(store, c))).toEqual([
    "Theirs",
    "one half",
    "second of the first",
    "first of the second",
    "the other",
  ]);
  expect(store.snapshot.state.content).toEqual(kernel.state.content);
});

test("when an edit is refused, what was done to the cluster that it made does not befall another's", async () => {
  const { kernel, store } = page();
  const [row] = rowsInClusters(kernel.state.content, [0]);
  kernel.busy = true;
  store.edit(halves(kernel, 0));
  store.rename(id(4), "my half");
  kernel.edit({ kind: "assign", rows: rows(row), label: "Theirs" });
  // neither the split nor the renaming of its part fits any more
  expect(label(store, 4)).toBe("Theirs");
  await settle();
  kernel.idle();
  expect(label(store, 4)).toBe("Theirs");
  expect(store.snapshot).toMatchObject({ pending: 0, revision: 1, notice: { number: 2 } });
  expect(store.snapshot.notice?.text).toMatch(/was not made/);
  expect(store.snapshot.state.content).toEqual(kernel.state.content);
});

test("undo and redo from the map mean the edit that was seen, and no other that came since", async () => {
  const { kernel, store } = page();
  store.rename(id(1), "mine");
  await settle();
  kernel.busy = true;
  store.undo();
  expect(sent(kernel)[1].edit).toEqual({ kind: "undo", entry: sent(kernel)[0].id });
  kernel.edit({ kind: "rename", cluster: id(2), label: "theirs" });
  await settle();
  kernel.idle();
  expect([label(store, 1), label(store, 2)]).toEqual(["mine", "theirs"]);
  expect(store.snapshot.notice?.text).toMatch(/^Not undone: another edit/);
  store.undo();
  await settle();
  expect(label(store, 2)).toBe(data.clusters[3].label);
  store.redo();
  await settle();
  expect(label(store, 2)).toBe("theirs");
  expect(store.snapshot.state.log).toEqual(kernel.state.log);
});

test("an edit that changes nothing is neither sent nor complained of, nor is one that comes too late to change anything", async () => {
  const { kernel, store } = page();
  const row = data.assignment.findIndex((cluster) => cluster === 1);
  expect(store.edit({ kind: "assign", rows: rows(row), cluster: id(1) })).toBe(true);
  expect(sent(kernel)).toEqual([]);
  kernel.busy = true;
  store.edit({ kind: "delete", rows: rows(row) });
  kernel.edit({ kind: "delete", rows: rows(row) });
  await settle();
  kernel.idle();
  expect(store.snapshot).toMatchObject({ pending: 0, revision: 1, notice: null });
  expect(store.snapshot.state.content).toEqual(kernel.state.content);
});

test("what is refused to one page is not told to another", async () => {
  const { kernel, store } = page();
  const other = page(kernel).store;
  kernel.busy = true;
  store.edit(halves(kernel, 0));
  kernel.edit({ kind: "merge", clusters: [id(1), id(0)] });
  await settle();
  kernel.idle();
  expect(store.snapshot.notice?.text).toMatch(/no cluster 0/);
  expect(other.snapshot.notice).toBeNull();
});

test("a selection is kept under a name, recalled with its order on every page, and forgotten", async () => {
  const { kernel, store } = page();
  const other = page(kernel).store;
  store.select(Uint32Array.of(9, 2, 7));
  store.nameSelection("finds");
  await settle();
  const named = (of: ScopeStore) => [...of.snapshot.state.content.selections].map(([name, rows]) => [name, [...rows]]);
  expect(named(other)).toEqual([["finds", [9, 2, 7]]]);
  expect(named(page(kernel).store)).toEqual([["finds", [9, 2, 7]]]);
  other.select(Uint32Array.of(1));
  await settle();
  store.recallSelection("finds");
  await settle();
  expect([...other.snapshot.state.selection]).toEqual([9, 2, 7]);
  other.forgetSelection("finds");
  await settle();
  expect(named(store)).toEqual([]);
  store.undo();
  await settle();
  expect(named(other)).toEqual([["finds", [9, 2, 7]]]);
  expect(store.nameSelection(" ")).toBe(false);
  expect(store.snapshot.notice?.text).toMatch(/name of the selection is empty/);
});

test("a split is proposed and changes nothing until it is made; what cannot be split says why to who asked", async () => {
  const { kernel, store } = page();
  const proposals = new Proposals(store);
  const before = kernel.state;
  const [three, five] = await Promise.all([
    proposals.proposeSplit(id(1), {}),
    proposals.proposeSplit(id(1), { parts: 5 }),
  ]);
  expect([three.parts.length, five.parts.length]).toEqual([3, 5]);
  expect(kernel.state).toBe(before);
  await expect(proposals.proposeSplit(id(1), { minClusterSize: 999 })).rejects.toMatchObject({ code: "no-parts" });
  expect(store.snapshot.notice).toBeNull();
  store.edit(three);
  await settle();
  expect([4, 5, 6].map((c) => label(store, c))).toEqual(three.parts.map((part) => part.label));
});

test("outliers come with the clusters that they are likeliest to belong to, the most probable first", async () => {
  const { store } = page();
  const { rows: outliers, clusters, probabilities } = await new Proposals(store).proposeOutliers();
  expect([...outliers].sort((a, b) => a - b)).toEqual([...rowsInClusters(store.snapshot.state.content, [-1])]);
  expect([clusters.length, probabilities.length]).toEqual([outliers.length, outliers.length]);
  expect([...probabilities]).toEqual([...probabilities].sort((a, b) => b - a));
  expect([...clusters].every((cluster) => cluster >= 0 && cluster < 4)).toBe(true);
});

test("new labels are under way until the kernel has made them, and none are made when none is stale", async () => {
  const { kernel, store } = page();
  store.relabel(null);
  await settle();
  expect(store.snapshot).toMatchObject({ relabelling: false, notice: { text: "No label is stale." } });
  const [row] = rowsInClusters(kernel.state.content, [2]);
  store.edit({ kind: "delete", rows: rows(row) });
  await settle();
  kernel.busy = true;
  store.relabel(null);
  expect(store.snapshot.relabelling).toBe(true);
  await settle();
  kernel.idle();
  expect(store.snapshot.relabelling).toBe(false);
  expect(label(store, 2)).toBe(`${data.clusters[3].label} (new)`);
  store.relabel([id(0)]);
  await settle();
  expect(label(store, 0)).toBe(`${data.clusters[1].label} (new)`);
});
