import { expect, test, vi } from "vitest";
import { rowSet, type ClusterId, type MapMessage } from "../../src/scope";
import { RowDetails } from "../../src/widget/sync/row-details";
import { combine } from "../../src/widget/sync/selection";
import { ScopeStore } from "../../src/widget/sync/scope-store";
import { blobs } from "./support/blobs";
import { SimulatedKernel, type SimulatedModel } from "./support/kernel";

const data = blobs(60, 4);
const id = (cluster: number) => cluster as ClusterId;

function page(kernel = new SimulatedKernel(data)): {
  kernel: SimulatedKernel;
  model: SimulatedModel;
  store: ScopeStore;
} {
  const model = kernel.open();
  return { kernel, model, store: new ScopeStore(model) };
}

const label = (store: ScopeStore, cluster: number) =>
  store.snapshot.state.content.clusters.find((c) => c.id === cluster)?.label;
const settle = () => new Promise<void>((resolve) => setTimeout(resolve));
const sent = (kernel: SimulatedKernel, type: MapMessage["type"]) => kernel.received.filter((m) => m.type === type);

test("a rename shows at once as pending, and is confirmed by the kernel with its revision", async () => {
  const { kernel, store } = page();
  kernel.busy = true;
  expect(store.rename(id(1), "Trade")).toBe(true);
  expect(label(store, 1)).toBe("Trade");
  expect(store.snapshot).toMatchObject({ pending: 1, revision: 0 });
  expect([...store.snapshot.pendingClusters]).toEqual([1]);
  expect(sent(kernel, "edit")).toMatchObject([{ revision: 0, edit: { kind: "rename", cluster: 1, label: "Trade" } }]);
  await settle();
  kernel.idle();
  expect(store.snapshot).toMatchObject({ pending: 0, revision: 1 });
  expect(store.snapshot.state.content).toEqual(kernel.state.content);
});

test("an edit that is confirmed as it was made is not applied once more", async () => {
  const { kernel, store } = page();
  kernel.busy = true;
  store.edit({ kind: "assign", rows: rowSet([1, 2, 3]), label: "Odd ones" });
  const shown = store.snapshot.state.content;
  await settle();
  kernel.idle();
  expect(store.snapshot).toMatchObject({ pending: 0, revision: 1 });
  expect(store.snapshot.state.content).toBe(shown);
  expect(store.snapshot.state.log).toEqual(kernel.state.log);
  expect(store.snapshot.state.done).toEqual(kernel.state.done);
});

test("an edit of a cell that was first is put under the pending ones", async () => {
  const { kernel, store } = page();
  kernel.busy = true;
  store.rename(id(1), "from the map");
  store.rename(id(2), "also from the map");
  kernel.edit({ kind: "rename", cluster: id(1), label: "from a cell" });
  expect(label(store, 1)).toBe("from the map");
  expect(store.snapshot).toMatchObject({ revision: 1, pending: 2 });
  await settle();
  kernel.idle();
  expect(label(store, 1)).toBe("from the map");
  expect(store.snapshot).toMatchObject({ revision: 3, pending: 0 });
  expect(store.snapshot.state.log).toEqual(kernel.state.log);
});

test("an edit that does not fit is not sent, and says why", () => {
  const { kernel, store } = page();
  expect(store.rename(id(1), "  ")).toBe(false);
  expect(store.rename(id(-1), "Outliers")).toBe(false);
  expect(store.edit({ kind: "undo" })).toBe(false);
  expect(store.snapshot.notice?.text).toMatch(/no edit to undo/);
  expect(sent(kernel, "edit")).toEqual([]);
});

test("an edit that the kernel refuses is dropped, and the reason told", async () => {
  const { kernel, store } = page();
  kernel.busy = true;
  store.rename(id(1), "one");
  store.undo();
  // a cell has undone everything there was: the map's own undo finds nothing more than its own rename
  await settle();
  kernel.idle();
  expect(store.snapshot).toMatchObject({ pending: 0, revision: 2 });
  kernel.busy = true;
  store.redo();
  kernel.edit({ kind: "rename", cluster: id(3), label: "ends what could be redone" });
  await settle();
  kernel.idle();
  expect(store.snapshot.pending).toBe(0);
  expect(store.snapshot.notice).toMatchObject({
    text: expect.stringMatching(/no undone edit to redo/) as string,
  });
  expect(store.snapshot.state.content).toEqual(kernel.state.content);
});

test("entries that were missed are asked for, and those that came early wait for them", async () => {
  const { kernel, model, store } = page();
  model.lossy = true;
  kernel.edit({ kind: "rename", cluster: id(0), label: "missed" });
  kernel.edit({ kind: "rename", cluster: id(1), label: "missed, too" });
  model.lossy = false;
  kernel.edit({ kind: "rename", cluster: id(2), label: "heard" });
  expect(label(store, 2)).not.toBe("heard");
  expect(sent(kernel, "entries")).toEqual([{ type: "entries", revision: 0 }]);
  await settle();
  expect([0, 1, 2].map((c) => label(store, c))).toEqual(["missed", "missed, too", "heard"]);
  expect(store.snapshot.revision).toBe(3);
});

test("a heartbeat that tells a later revision brings the missed entries", async () => {
  const { kernel, model, store } = page();
  model.lossy = true;
  kernel.edit({ kind: "rename", cluster: id(0), label: "missed" });
  model.lossy = false;
  const detach = store.attach();
  await settle();
  await settle();
  expect(label(store, 0)).toBe("missed");
  detach();
});

test("a page that opens later starts from the log, the selection and the edits of all before", async () => {
  const { kernel, store } = page();
  store.rename(id(1), "before");
  store.select(Uint32Array.of(5, 3, 9));
  await settle();
  const later = page(kernel).store;
  expect(later.snapshot.state).toEqual(kernel.state);
  later.undo();
  await settle();
  expect(store.snapshot.state.content).toEqual(kernel.state.content);
  expect(label(store, 1)).toBe(data.clusters[2].label);
});

test("a selection shows at once, reaches the kernel in its order, and older ones of the kernel do not undo it", async () => {
  const { kernel, store } = page();
  kernel.busy = true;
  store.select(Uint32Array.of(9, 2, 7));
  kernel.select([1]);
  expect([...store.snapshot.state.selection]).toEqual([9, 2, 7]);
  expect(store.snapshot.pending).toBe(1);
  await settle();
  kernel.idle();
  expect([...kernel.state.selection]).toEqual([9, 2, 7]);
  expect([...store.snapshot.state.selection]).toEqual([9, 2, 7]);
  expect(store.snapshot.pending).toBe(0);
  kernel.select([4, 3]);
  expect([...store.snapshot.state.selection]).toEqual([4, 3]);
});

test("of two selections made quickly the first answer does not bring back the first", async () => {
  const { kernel, store } = page();
  kernel.busy = true;
  store.select(Uint32Array.of(1));
  store.select(Uint32Array.of(2));
  await settle();
  const shown: number[][] = [];
  store.subscribe(() => shown.push([...store.snapshot.state.selection]));
  kernel.idle();
  expect(shown.every((rows) => rows.join() === "2")).toBe(true);
  expect([...kernel.state.selection]).toEqual([2]);
});

test("a refused selection goes back to the last one that the kernel told", async () => {
  const { kernel, store } = page();
  kernel.select([6]);
  store.select(Uint32Array.of(1, data.rows + 5));
  await settle();
  expect([...store.snapshot.state.selection]).toEqual([6]);
  expect(store.snapshot.notice?.text).toMatch(/no row of this scope/);
});

test("the selection travels as exactly its own bytes", () => {
  const { kernel, store } = page();
  const take = vi.spyOn(kernel, "take");
  store.select(new Uint32Array([1, 2, 3, 4]).subarray(1, 3));
  expect([...new Uint32Array(take.mock.calls[0][1][0])]).toEqual([2, 3]);
});

test("adding keeps what was there and its order, removing takes away, intersecting keeps what is in both, and nothing counts twice", () => {
  const rows = (...values: number[]) => Uint32Array.from(values);
  expect([...combine(rows(5, 1), rows(1, 2, 3), "add")]).toEqual([5, 1, 2, 3]);
  expect([...combine(rows(5, 1, 2), rows(1, 9), "remove")]).toEqual([5, 2]);
  expect([...combine(rows(5), rows(1), "replace")]).toEqual([1]);
  expect([...combine(rows(5, 9, 1), rows(1, 5, 7), "intersect")]).toEqual([5, 1]);
});

test("a kernel that does not answer is busy, then dead; when it answers again, what waited is sent once more and counts once", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
  const { kernel, store } = page();
  const detach = store.attach();
  expect(store.snapshot.kernel).toBe("offline");
  await settle();
  expect(store.snapshot.kernel).toBe("ready");
  kernel.busy = true;
  store.rename(id(1), "waiting");
  vi.advanceTimersByTime(2000);
  expect(store.snapshot).toMatchObject({ kernel: "busy", pending: 1 });
  vi.advanceTimersByTime(16_000);
  expect(store.snapshot).toMatchObject({ kernel: "dead", pending: 1 });
  await settle();
  kernel.idle();
  await settle();
  expect(store.snapshot).toMatchObject({ kernel: "ready", pending: 0, revision: 1 });
  expect(sent(kernel, "edit").length).toBeGreaterThanOrEqual(1);
  expect(kernel.state.revision).toBe(1);
  detach();
  vi.useRealTimers();
});

test("edits that were lost on the way are sent again when the kernel is back, in their order", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
  const { kernel, store } = page();
  const detach = store.attach();
  await settle();
  kernel.alive = false;
  store.rename(id(1), "first");
  store.rename(id(1), "second");
  store.select(Uint32Array.of(3));
  vi.advanceTimersByTime(16_000);
  expect(store.snapshot.kernel).toBe("dead");
  await settle();
  kernel.alive = true;
  vi.advanceTimersByTime(16_000);
  await settle();
  await settle();
  expect(store.snapshot).toMatchObject({ kernel: "ready", pending: 0, revision: 2 });
  expect(label(store, 1)).toBe("second");
  expect([...kernel.state.selection]).toEqual([3]);
  detach();
  vi.useRealTimers();
});

test("a model whose comm has gone is dead at once and throws at nobody", () => {
  const { kernel, store } = page();
  kernel.edit({ kind: "rename", cluster: id(0), label: "alive" });
  kernel.closed = true;
  store.rename(id(1), "into the void");
  expect(store.snapshot).toMatchObject({ kernel: "dead", pending: 1 });
  expect(label(store, 1)).toBe("into the void");
});

test("rows are fetched once in blocks, and a small dataset wholly in idle time", async () => {
  const kernel = new SimulatedKernel(blobs(450, 2));
  const { store } = page(kernel);
  const details = new RowDetails(store);
  expect(details.get(7)).toBeUndefined();
  expect(details.get(8)).toBeUndefined();
  await settle();
  expect(details.get(8)).toMatchObject({ row: 8, text: "Text of row 8." });
  expect(sent(kernel, "rows")).toHaveLength(1);
  details.prefetch();
  await vi.waitFor(() => expect(details.peek(449)?.row).toBe(449));
  expect(sent(kernel, "rows")).toHaveLength(3);
});
