import fc from "fast-check";
import { expect, test } from "vitest";
import {
  LatentScopeError,
  rowsInClusters,
  rowList,
  rowSet,
  type ClusterId,
  type ContentEdit,
  type Edit,
  type ScopeState,
} from "../../src/scope";
import { ScopeStore } from "../../src/widget/sync/scope-store";
import { blobs } from "./support/blobs";
import { SimulatedKernel } from "./support/kernel";

const data = blobs(60, 4);
const settle = () => new Promise<void>((resolve) => setTimeout(resolve));

/** An edit of any kind, in terms that make sense of whatever clusters there are. */
interface Wish {
  readonly kind: ContentEdit["kind"] | "undo" | "redo";
  /** Which of the clusters. */
  readonly a: number;
  readonly b: number;
  readonly rows: readonly number[];
  readonly name: string;
}

type Action =
  | { do: "edit"; where: 0 | 1 | "cell"; wish: Wish }
  | { do: "select"; page: 0 | 1; rows: number[] }
  | { do: "busy" | "idle" }
  | { do: "cut" | "mend" | "hold"; page: 0 | 1 }
  | { do: "release"; page: 0 | 1; order: number[] };

const which = fc.constantFrom<0 | 1>(0, 1);
const wish: fc.Arbitrary<Wish> = fc.record({
  kind: fc.constantFrom<Wish["kind"]>(
    ...(["rename", "merge", "split", "assign", "outliers", "delete", "restore"] as const),
    ...(["tag", "untag", "relabel", "undo", "redo", "split", "assign", "rename"] as const),
  ),
  a: fc.nat(9),
  b: fc.nat(9),
  rows: fc.uniqueArray(fc.nat(59), { minLength: 1, maxLength: 12 }),
  name: fc.oneof(fc.stringMatching(/^[a-c]{1,2}$/), fc.string({ maxLength: 3 })),
});
const edit = fc.record({
  do: fc.constant("edit" as const),
  where: fc.constantFrom<0 | 1 | "cell">(0, 0, 1, 1, "cell"),
  wish,
});
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: edit },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("select" as const),
      page: which,
      rows: fc.uniqueArray(fc.nat(59), { maxLength: 5 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("busy" as const, "idle" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom("cut" as const, "mend" as const, "hold" as const), page: which }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("release" as const),
      page: which,
      order: fc.array(fc.nat(20), { maxLength: 12 }),
    }),
  },
);

/** What a wish means where the scope is in this state. */
function editOf({ kind, a, b, rows: wanted, name }: Wish, { content, done, undone }: ScopeState): Edit {
  const inside = content.clusters.map(({ id }) => id).filter((id) => id >= 0);
  const [one, other] = [inside[a % inside.length], inside[b % inside.length]] as ClusterId[];
  const rows = rowSet(wanted);
  switch (kind) {
    case "undo":
      return { kind, entry: done.at(-1)?.entry.id };
    case "redo":
      return { kind, entry: undone.at(-1)?.entry.id };
    case "rename":
      return { kind, cluster: one, label: name };
    case "merge":
      return { kind, clusters: [one, other], ...(a % 2 ? { label: name } : {}) };
    case "split": {
      const members = rowsInClusters(content, [one]);
      const cut = 1 + (b % Math.max(1, members.length - 1));
      const parts = [members.subarray(0, cut), members.subarray(cut)].map((part) => ({
        ...{ rows: rowSet(part), label: name || "part", description: "" },
        ...{ labelSource: "keywords" as const, labelModel: null },
      }));
      return { kind, cluster: one, parts };
    }
    case "assign":
      return a % 2 ? { kind, rows, label: name } : { kind, rows, cluster: other };
    case "outliers": {
      const outliers = [...rowsInClusters(content, [-1])].slice(0, 1 + b);
      return { kind, moves: [{ cluster: one, rows: rowSet(outliers) }] };
    }
    case "delete":
    case "restore":
      return { kind, rows };
    case "tag":
    case "untag":
      return { kind, rows, tag: name };
    case "remember":
      return { kind, name, rows: rowList(wanted) };
    case "forget":
      return { kind, name };
    case "relabel": {
      const replaces = content.clusters.find(({ id }) => id === one)?.label ?? "";
      const made = {
        label: `${name}!`,
        description: "",
        labelSource: "llm",
        labelModel: "m",
        labelError: null,
      } as const;
      return { kind, labels: [{ cluster: one, replaces, ...made }] };
    }
  }
}

/** A page, and which of its edits it was refused, "no-change" aside: that is no loss. */
function open(kernel: SimulatedKernel) {
  const model = kernel.open();
  const store = new ScopeStore(model);
  const refused = new Set<string>();
  const unchanged = new Set<string>();
  store.onMessage((message) => {
    if (message.type === "refused") (message.code === "no-change" ? unchanged : refused).add(message.id);
  });
  return { model, store, refused, unchanged, sent: new Set<string>() };
}

function inCell(kernel: SimulatedKernel, asked: Edit): void {
  try {
    kernel.edit(asked);
  } catch (error) {
    if (!(error instanceof LatentScopeError)) throw error;
  }
}

test("whatever two pages and cells do at once, however late, shuffled or repeated they hear of it, in the end all have the same, and nothing is lost silently", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
      const kernel = new SimulatedKernel(data);
      const pages = [open(kernel), open(kernel)];
      for (const a of actions) {
        if (a.do === "edit" && a.where === "cell") inCell(kernel, editOf(a.wish, kernel.state));
        else if (a.do === "edit") {
          const page = pages[a.where as 0 | 1];
          const before = kernel.received.length;
          page.store.edit(editOf(a.wish, page.store.snapshot.state));
          for (const message of kernel.received.slice(before)) if (message.type === "edit") page.sent.add(message.id);
        } else if (a.do === "select") pages[a.page].store.select(Uint32Array.from(a.rows));
        else if (a.do === "busy") kernel.busy = true;
        else if (a.do === "idle") kernel.idle();
        else if (a.do === "release") pages[a.page].model.release(a.order);
        else if (a.do === "hold") pages[a.page].model.slow = true;
        else if ("page" in a) pages[a.page].model.lossy = a.do === "cut";
        await Promise.resolve();
      }
      for (const { model } of pages) {
        model.lossy = model.slow = false;
        model.release();
      }
      await settle();
      kernel.idle();
      // the heartbeat finds what was lost
      const detach = pages.map((p) => p.store.attach());
      for (let round = 0; round < 4; round++) await settle();
      const confirmed = new Set(kernel.state.log.map(({ entry }) => entry.id));
      for (const { store, sent, refused, unchanged } of pages) {
        const { snapshot } = store;
        expect(snapshot.pending).toBe(0);
        expect(snapshot.revision).toBe(kernel.state.revision);
        expect(snapshot.state.content).toEqual(kernel.state.content);
        expect(snapshot.state.nextCluster).toBe(kernel.state.nextCluster);
        expect(snapshot.state.log).toEqual(kernel.state.log);
        const own = [...sent].filter((id) => refused.has(id));
        expect([...sent].filter((id) => !confirmed.has(id) && !refused.has(id) && !unchanged.has(id))).toEqual([]);
        expect(snapshot.notice?.number ?? 0).toBeGreaterThanOrEqual(own.length);
      }
      for (const end of detach) end();
    }),
    { numRuns: 300 },
  );
}, 120_000);
