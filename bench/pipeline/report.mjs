/** Tables of the results, in markdown. */
import { count, median, megabytes, range, ratio, table } from "./markdown.mjs";

const OURS = "latentscope";
const COMMANDS = "tool, commands";
const ONE_PROCESS = "tool, one process";
/** How many times as fast as the tool's commands the whole is to be, by rows. */
const WHOLE_TARGETS = { 2_000: 20, 20_000: 10 };
const EMBEDDING_TARGET = 1;
const SECONDS_TARGET = { withVnni: 30, without: 60 };
const STEPS = {
  ingest: "ingest",
  embed: "import of vectors",
  umap: "UMAP",
  cluster: "cluster",
  label: "label",
  save: "save",
};

/** @param {import("../compute/results.mjs").Results["content"]} content */
export function report({ machine, calls }) {
  const of = (part) => calls.filter((call) => call.part === part);
  const parts = [conditions(machine, calls)];
  const add = (part, ...make) => {
    const found = of(part);
    if (found.length) parts.push(...make.map((one) => one(found, machine)).filter(Boolean));
  };
  add("steps", steps);
  add("ingest", ingest);
  add("embedding", embedding);
  add("resume", resume);
  add("whole", whole);
  return parts.join("\n\n");
}

function conditions(machine, calls) {
  const lines = Object.entries(machine).map(([name, value]) => `- ${name}: ${[value].flat().join(" ")}`);
  lines.push("- every call in a fresh process; median [least-most] (calls), ratios [least-most favourable pair]");
  if (calls.length) {
    const loads = calls.map((call) => call.loadAverage);
    lines.push(`- ${calls.length} calls from ${calls[0].at} to ${calls.at(-1).at}, load ${range(loads, 2)}`);
    const others = calls.filter((call) => call.seconds).map((call) => call.othersCpuSeconds / call.seconds);
    lines.push(`- processors taken by other programs during a call: ${range(others, 2)} of ${machine.cores}`);
  }
  return `## Conditions\n\n${lines.join("\n")}`;
}

function steps(calls) {
  const sizes = [...new Set(calls.map((call) => call.rows))];
  const rows = sizes.flatMap((size) => {
    const by = (system) => calls.filter((call) => call.rows === size && call.system === system);
    const [ours, commands, functions] = [OURS, COMMANDS, ONE_PROCESS].map(by);
    const line = (what, value, digits) => {
      const [a, b, c] = [ours, commands, functions].map((found) => pick(found, value));
      return [count(size), what, range(a, digits), range(b, digits), ratio(a, b), range(c, digits), ratio(a, c)];
    };
    const target = WHOLE_TARGETS[size];
    const withStart = line("**whole, with start and imports**", (call) => call.seconds);
    return [
      ...Object.entries(STEPS).map(([step, title]) => line(title, (call) => call.steps[step])),
      line("whole, the call alone", (call) => call.callSeconds ?? call.seconds),
      withStart,
      [
        count(size),
        `target for it: ${target}x`,
        ...[
          "",
          "",
          reached(median(pick(commands, (call) => call.seconds)) / median(pick(ours, (call) => call.seconds)), target),
        ],
        ...["", ""],
      ],
      line("peak MB", (call) => call.peakBytes / 1e6, 0),
      line("processor s", (call) => call.cpuSeconds),
    ];
  });
  const header = ["rows", "", "ours s", "tool's commands s", "ratio", "tool in one process s", "ratio"];
  const notes =
    "Ours is one process; each command of the tool is one of its own, whose start and imports are in its seconds; " +
    "in one process the tool's steps are functions that a script calls. " +
    "The tool's UMAP is without a seed, on all cores; ours is always seeded. " +
    'The tool writes default labels ("Cluster 7") while it clusters, and draws pictures of layout and clusters; ' +
    "ours finds keywords for each cluster as a step of its own, and measures the quality of the clusters.";
  return ["## A run on vectors that are there", table(header, rows), notes].join("\n\n");
}

function ingest(calls) {
  const by = (system) => calls.filter((call) => call.system === system);
  const ours = by(OURS);
  const rows = [OURS, COMMANDS]
    .filter((system) => by(system).length)
    .map((system) => {
      const found = by(system);
      const ended = found.find((call) => call.killed)?.killed;
      const all = pick(found, (call) => call.seconds);
      return [
        system,
        ended ? `ended: ${ended}` : range(all),
        range(pick(found, (call) => call.callSeconds)),
        megabytes(pick(found, (call) => call.peakBytes)),
        range(pick(found, (call) => call.blockSeconds)),
        system === OURS
          ? ""
          : ratio(
              pick(ours, (call) => call.seconds),
              all,
            ),
        system === OURS
          ? ""
          : ratio(
              pick(ours, (call) => call.peakBytes),
              pick(found, (call) => call.peakBytes),
            ),
      ];
    });
  const header = [
    "",
    "s",
    "the call alone s",
    "peak MB",
    "longest block of the event loop s",
    "time, tool / ours",
    "memory, tool / ours",
  ];
  return ["## Ingest of 1,000,000 rows, 1 GB of Parquet", table(header, rows)].join("\n\n");
}

function embedding(calls) {
  const kinds = [...new Set(calls.map((call) => call.kind))];
  const whole = (call) => call.texts / call.embedSeconds;
  const rows = kinds.flatMap((kind) => {
    const of = calls.filter((call) => call.kind === kind);
    const systems = [...new Set(of.map((call) => call.system))].sort((a) => (a === OURS ? -1 : 1));
    const by = (system) => of.filter((call) => call.system === system);
    const ours = pick(by(OURS), whole);
    const [{ texts, tokens }] = of.filter((call) => call.tokens);
    const named = `${count(texts)} ${kind}, ${(tokens / texts).toFixed(0)} tokens`;
    const lines = systems.map((system) => {
      const found = by(system);
      const isOurs = system === OURS;
      const rates = pick(found, whole);
      const alone = pick(found, (call) => call.seconds_of && call.texts / call.seconds_of.run);
      const cosines = [
        Math.min(...pick(found, (call) => call.leastCosine)),
        median(pick(found, (call) => call.meanCosine)),
      ];
      return [
        named,
        system,
        range(rates, 0),
        isOurs ? "" : ratio(rates, ours),
        range(alone, 0),
        isOurs ? "" : ratio(alone, ours),
        range(pick(found, (call) => call.seconds_of?.tokenize)),
        range(pick(found, (call) => call.cpuSeconds)),
        megabytes(pick(found, (call) => call.peakBytes)),
        isOurs ? cosines.map((cosine) => cosine.toFixed(4)).join(" / ") : "",
      ];
    });
    const fastest = Math.max(
      ...systems.filter((system) => system !== OURS).map((system) => median(pick(by(system), whole))),
    );
    const said = `target: ${EMBEDDING_TARGET}x the faster of Python's`;
    return [...lines, [named, said, reached(median(ours) / fastest, EMBEDDING_TARGET), ...Array(7).fill("")]];
  });
  const { versions } = calls.find((call) => call.versions) ?? {};
  const named = Object.entries(versions ?? {}).map(([name, version]) => `${name} ${version}`);
  const header = [
    "texts",
    "",
    "texts/s, loading and tokens included",
    "ours / that",
    "texts/s, the model alone",
    "ours with all / that",
  ];
  return [
    "## Embedding by gte-small",
    table([...header, "tokens alone s", "processor s", "peak MB", "cosine to Python's: least / mean"], rows),
    `Ours is the whole step: it checks the weights, loads them, keeps every vector and writes the table. Python: ${named.join(", ")}, batches of 32 texts of like length.`,
  ].join("\n\n");
}

function resume(calls) {
  const kinds = [...new Set(calls.map((call) => call.what))];
  const rows = kinds.map((what) => {
    const found = calls.filter((call) => call.what === what);
    const list = (value) => pick(found, value);
    const [{ killed, reused = [] }] = found;
    const embeds = !killed && !reused.includes("embed");
    return [
      what,
      range(list((call) => call.callSeconds)),
      range(list((call) => call.seconds)),
      range(list((call) => (embeds ? call.steps.embed : undefined))),
      embeds
        ? list((call) => call.embeddedTexts)
            .map(count)
            .join(", ")
        : "",
      megabytes(list((call) => call.peakBytes)),
      remarks(found, list, { killed, reused }).filter(Boolean).join("; "),
    ];
  });
  const header = ["", "call s", "with start and imports s", "embed step s", "texts embedded", "peak MB", ""];
  return [`## Again: ${count(calls[0].rows)} sentences, gte-small`, table(header, rows)].join("\n\n");
}

function remarks(found, list, { killed, reused }) {
  const each = (value) => list(value).map(count).join(", ");
  const twice = list((call) => call.twice);
  const first = list((call) => call.firstBatchSeconds);
  const fromCache = found.filter((call) => call.embeddedTexts === 0 && !reused.includes("embed"));
  return [
    killed && `${each((call) => call.told)} texts told, ${each((call) => call.kept)} kept`,
    twice.length &&
      `of those that were written, embedded twice: ${twice.join(", ")} (target 0: ${twice.every((n) => n === 0) ? "" : "not "}reached)`,
    twice.length && `lost with the process and embedded again: ${each((call) => call.lost)}`,
    first.length && `first new batch after ${range(first)} s`,
    fromCache.length &&
      `${range(
        pick(fromCache, (call) => call.texts / call.steps.embed),
        0,
      )} texts/s from the cache`,
    reused.length && `reused: ${reused.join(", ")}`,
  ];
}

function whole(calls, machine) {
  const vnni = machine.instructions.filter((name) => name.includes("vnni"));
  const target = vnni.length ? SECONDS_TARGET.withVnni : SECONDS_TARGET.without;
  const seconds = pick(calls, (call) => call.callSeconds);
  const rows = [
    ["DataFrame to labelled map, s", range(seconds)],
    ["with start and imports, s", range(pick(calls, (call) => call.seconds))],
    ...Object.entries(STEPS).map(([step, title]) => [
      `${step === "embed" ? "embed" : title}, s`,
      range(pick(calls, (call) => call.steps[step])),
    ]),
    ["longest block of the event loop, s", range(pick(calls, (call) => call.blockSeconds))],
    ["peak MB", megabytes(pick(calls, (call) => call.peakBytes))],
    [`target: ${target} s (${vnni.join(", ") || "no VNNI"})`, median(seconds) <= target ? "reached" : "not reached"],
  ];
  return [`## ${count(calls[0].rows)} short texts by the default model`, table(["", ""], rows)].join("\n\n");
}

const reached = (value, target) => (value >= target ? "reached" : "not reached");

const pick = (calls, value) => calls.map(value).filter((found) => found !== undefined && found !== null);
