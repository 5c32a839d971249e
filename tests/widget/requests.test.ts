import { expect, test } from "vitest";
import { NO_CATEGORY } from "../../src/scope";
import { Columns } from "../../src/widget/sync/columns";
import { Requests } from "../../src/widget/sync/requests";
import { RowDetails } from "../../src/widget/sync/row-details";
import { ScopeStore } from "../../src/widget/sync/scope-store";
import { blobs } from "./support/blobs";
import { SimulatedKernel } from "./support/kernel";
import { columns, yearOf } from "./support/table";

const data = blobs(60, 4);

function page(kernel = new SimulatedKernel(data)) {
  const model = kernel.open();
  const store = new ScopeStore(model);
  return { kernel, model, store, requests: new Requests(store) };
}
const settle = () => new Promise<void>((resolve) => setTimeout(resolve));
const asked = (kernel: SimulatedKernel, type: string) => kernel.received.filter((m) => m.type === type).length;

test("answers are put together from their parts, whatever their order", async () => {
  const { requests } = page();
  expect(await requests.columns()).toEqual(columns);
  const year = await requests.column("year");
  expect(year).toMatchObject({ name: "year", kind: "number" });
  expect([...year.values]).toEqual(Array.from({ length: 60 }, (_, row) => yearOf(row)));
  const party = await requests.column("party");
  expect(party).toMatchObject({ kind: "category", categories: ["Democratic"] });
  expect([...party.values.slice(0, 3)]).toEqual([NO_CATEGORY, 0, 0]);
  expect([...(await requests.order("year", true)).slice(0, 2)]).toEqual([59, 58]);
  expect(await requests.search("text")).toHaveLength(60);
  expect((await requests.neighbours(3, 5)).rows).toHaveLength(5);
  expect(new TextDecoder().decode(await requests.file("csv", Uint32Array.of(4, 2)))).toBe("csv\n4\n2\n");
});

test("what the kernel refuses is rejected with its message, and is no notice to everybody", async () => {
  const { requests, store } = page();
  await expect(requests.column("nothing")).rejects.toMatchObject({ code: "no-such-column" });
  await expect(requests.search("unsearchable")).rejects.toThrow("The model of this embedding is not there.");
  expect(store.snapshot.notice).toBeNull();
});

test("a busy kernel answers later; what was aborted meanwhile is rejected, and its answer ignored", async () => {
  const { kernel, requests } = page();
  kernel.busy = true;
  const abort = new AbortController();
  const first = requests.find("row 1", abort.signal);
  const second = requests.find("row 12");
  const outcome = expect(first).rejects.toBe("no longer wanted");
  abort.abort("no longer wanted");
  await settle();
  kernel.idle();
  await outcome;
  expect([...(await second)]).toEqual([12]);
  await expect(requests.find("x", abort.signal)).rejects.toBe("no longer wanted");
});

test("a kernel that is gone is said at once; answers to another page are not taken", async () => {
  const kernel = new SimulatedKernel(data);
  const [one, other] = [page(kernel), page(kernel)];
  expect(await one.requests.find("row 5")).not.toHaveLength(0);
  expect(asked(kernel, "find")).toBe(1);
  kernel.closed = true;
  await expect(other.requests.columns()).rejects.toThrow(/not there any more/);
});

test("columns are fetched once; one that failed is asked for again", async () => {
  const { kernel, requests } = page();
  const source = new Columns(requests);
  await Promise.all([source.list(), source.list(), source.get("year"), source.get("year")]);
  await source.get("year");
  expect([asked(kernel, "columns"), asked(kernel, "column")]).toEqual([1, 1]);
  await expect(source.get("nothing")).rejects.toThrow();
  await expect(source.get("nothing")).rejects.toThrow();
  expect(asked(kernel, "column")).toBe(3);
});

test("of rows wished for while others are on their way, the newest wish goes first and the rest is not asked for", async () => {
  const { kernel, store } = page();
  const details = new RowDetails(store);
  kernel.busy = true;
  for (const rows of [
    [1, 2],
    [2, 3],
    [10, 11],
    [20, 21],
  ])
    details.want(rows);
  await settle();
  kernel.idle();
  await settle();
  const wished = kernel.received.flatMap((m) => (m.type === "rows" ? [m.rows] : []));
  expect(wished).toEqual([[1, 2], [3], [20, 21]]);
  expect(details.peek(21)?.text).toBe("Text of row 21.");
  expect(details.peek(10)).toBeUndefined();
});
