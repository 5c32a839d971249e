import path from "node:path";
import { describe, expect, it } from "vitest";
import { runInWorker, workerFile } from "../../src/compute/worker-task";
import { labelsOf } from "../../src/pipeline/label/keyword-labels";
import type { KeywordsFound, KeywordsTask } from "../../src/pipeline/label/keywords-worker";
import { nameClusters } from "../../src/pipeline/label/name-clusters";
import { stopWordsOf } from "../../src/pipeline/label/stop-words";
import { fold, termsOf } from "../../src/pipeline/label/terms";

const english = stopWordsOf(["en"]);
const forms = (text: string): string[] => termsOf(text, english).map(({ form }) => form);
const clusterKeywords = async (texts: string[][]) => (await nameClusters(texts)).keywords;
const times = (count: number, ...texts: string[]): string[] => Array.from({ length: count }, () => texts).flat();
const work = (texts: string[][], themes: number[][] = []): Promise<KeywordsFound> =>
  runInWorker<KeywordsTask, KeywordsFound>(
    workerFile(path.resolve("src", "pipeline", "label"), "keywords-worker.js"),
    { texts, background: [], themes },
    { what: "Labelling" },
  );

describe("the terms of a text", () => {
  it("are words and phrases without stop words at their ends, and within a clause", () => {
    expect(forms("The settlers of the public lands, and Congress.")).toEqual([
      "settlers",
      "public",
      "public lands",
      "lands",
      "Congress",
    ]);
    expect(forms("Secretary of War")).toEqual(["Secretary", "Secretary of War", "War"]);
  });

  it("count plurals and genitives as one", () => {
    expect(["lands", "Land's", "territories", "churches", "gas", "business", "this"].map(fold)).toEqual([
      "land",
      "land",
      "territory",
      "church",
      "gas",
      "business",
      "thi",
    ]);
  });

  it("are words in scripts without spaces, too", () => {
    expect(forms("東京タワーへ行く")).toContain("東京タワー");
  });

  it("are no addresses", () => {
    expect(forms("Read https://example.org/long/path or ask help@example.org")).toEqual(["Read", "ask"]);
  });
});

describe("the keywords of clusters", () => {
  const lands = [
    "Sales of Public Lands rose",
    "Settlers bought public lands",
    "Public Lands for settlers",
    "Public Lands and the railway",
  ];
  const banks = [
    "The bank issued notes",
    "Gold in the banks",
    "A bank of the people",
    "Notes of the bank and the railway",
  ];

  it("tell them apart, in the form that the texts use most", async () => {
    const [a, b] = await clusterKeywords([lands, banks]);
    expect(a[0]).toBe("Public Lands");
    expect(a).toContain("settlers");
    expect(b[0]).toBe("bank");
    expect(b).toContain("notes");
  });

  it("rank a word of all clusters below one of this cluster", async () => {
    const [a] = await clusterKeywords([
      ["tax war", "tax war", "tax war"],
      ["war peace", "war peace", "war peace"],
    ]);
    expect(a.join(" ").toLowerCase()).toMatch(/^tax/);
  });

  it("count a text once, however often it repeats a word", async () => {
    const [a] = await clusterKeywords([
      ["spam ".repeat(50), "taxes on tea", "taxes on tea", "taxes on tea"],
      ["other things entirely"],
    ]);
    expect(a[0]).toBe("taxes on tea");
    expect(a).not.toContain("spam");
  });
});

describe("the labels of clusters", () => {
  it("are never the same for two", () => {
    const same = ["Navy", "ships"];
    const labels = labelsOf([same, ["navy", "ship"], ["navies", "ships"], []], [0, 1, 2, 3]);
    expect(labels).toEqual(["Navy, ships", "Ship, navy (2)", "Navies, ships (3)", null]);
  });

  it("take one more keyword where that tells two apart", () => {
    const labels = labelsOf(
      [
        ["treaty", "convention", "Spain", "Cuba"],
        ["treaty", "convention", "Spain", "Mexico"],
      ],
      [1, 0],
    );
    expect(labels).toEqual(["Convention, treaty, Spain, Cuba", "Treaty, convention, Spain"]);
    const themes = [
      ["treaty", "Spain", "Cuba"],
      ["treaty", "Spain", "Mexico"],
    ];
    expect(labelsOf(themes, [0, 1], 2)).toEqual(["Treaty, Spain", "Spain, treaty, Mexico"]);
  });
});

it("labels of clusters do not begin with the same keyword where another is there", () => {
  expect(labelsOf([["tax", "war"], ["taxes", "land"], ["tax"]], [0, 1, 2])).toEqual(["Tax, war", "Land, taxes", "Tax"]);
  expect(labelsOf([["iPhone", "battery"]], [0])).toEqual(["iPhone, battery"]);
});

describe("the names of clusters", () => {
  const union = times(
    4,
    "Talks with the Soviet Union about the missiles went on",
    "Tax cuts hardly matter where the Soviet Union and its missiles do",
  );
  const taxes = times(
    4,
    "Tax cuts help, and taxes are paid by families",
    "We want tax cuts, in March, for families",
    "There will be tax cuts",
  );

  it("are written as within sentences, without near-duplicates or fragments", async () => {
    const { keywords, labels } = await nameClusters([union, taxes]);
    expect(keywords[0]).toContain("Soviet Union");
    expect(keywords[0]).not.toContain("Soviet");
    expect(keywords[0]).not.toContain("Union");
    expect(keywords[1]).toContain("tax cuts");
    expect(keywords[1].filter((word) => /tax/i.test(word))).toHaveLength(1);
    expect(new Set(labels).size).toBe(2);
  });

  it("hold no phrase that is torn from a longer one, or ends as it begins", async () => {
    const oils = times(
      3,
      "The ministers want a tax on vegetable oils and fats",
      "A tax on vegetable oils was proposed by the ministers",
      "Prices of vegetable oils went from cent to cents again",
    );
    const ships = times(3, "The ships of the navy lay in the harbour", "A navy needs ships and a harbour");
    const { keywords } = await nameClusters([oils, ships]);
    expect(keywords[0].join(", ")).toContain("vegetable oils");
    expect(keywords[0].join(", ")).not.toMatch(/tax on vegetable|cent to cent/);
  });

  it.each([
    [
      "German",
      "Der Hund und die Katze sind nicht im Garten, weil sie immer schlafen wollen",
      /hund|katze|garten|schlafen/i,
    ],
    ["Russian", "Собака и кошка не были в саду, потому что они хотели спать дома", /собака|кошка|саду|спать|дома/i],
    ["Hindi", "कुत्ता और बिल्ली बगीचे में नहीं हैं क्योंकि वे घर में सोते हैं", /\p{Script=Devanagari}/u],
    ["Arabic", "الكلب والقطة ليسا في الحديقة لأنهما يريدان النوم في البيت", /\p{Script=Arabic}/u],
    ["Chinese", "狗和猫不在花园里因为它们想在家里睡觉", /\p{Script=Han}/u],
    ["Japanese", "犬と猫は庭にいませんでした。家で眠りたかったからです", /\p{Script=Han}/u],
    ["Thai", "สุนัขและแมวไม่ได้อยู่ในสวนเพราะพวกเขาต้องการนอนที่บ้าน", /\p{Script=Thai}/u],
  ])("of %s texts have no stop words of the language", async (_, text, topical) => {
    const found = await nameClusters([times(5, text)]);
    expect(found.labels[0]).toMatch(topical);
    const words = found.keywords[0].map((word) => word.toLowerCase());
    const stop = stopWordsOf(["de", "ru", "hi", "ar", "zh", "ja", "th"]);
    expect(words.filter((word) => stop.has(word))).toEqual([]);
  });

  it("put a word that means what the cluster is about before one that is as frequent", async () => {
    const { keywords } = await nameClusters([
      times(4, "There was an ampersand, and there was the fleet, with all of its captains, and of its sailors"),
      times(4, "There was the wheat, and there was the barley, for all of the farmers"),
    ]);
    // by c-TF-IDF alone they are all the same, and the first one of the alphabet comes first
    expect(keywords[0]).toContain("ampersand");
    expect(keywords[0][0]).toBe("captains");
  });

  it("do not say the same twice in other forms", async () => {
    const { keywords } = await nameClusters([
      times(4, "The Navy, all that is naval, the economy, and economic, peace, peace-loving, cannons"),
      times(4, "Wheat and barley"),
    ]);
    for (const forms of [/^nav/i, /^econom/i, /^peace/i])
      expect(keywords[0].filter((word) => forms.test(word))).toHaveLength(1);
  });

  it("are the same for the same texts", async () => {
    const themes = [[0], [1]];
    expect(await work([union, taxes], themes)).toEqual(await work([union, taxes], themes));
  });

  it("of themes have at most two keywords", async () => {
    const { themes } = await work([union, taxes], [[0], [1]]);
    expect(themes.map((theme) => theme?.split(", ").length)).toEqual([2, 2]);
  });

  it("are there for anything", async () => {
    const long = "The harbour pilots of Rotterdam met. ".repeat(3000);
    const odd = [
      [],
      ["One text"],
      [""],
      times(5, "the same text"),
      times(3, "🙂 🎉"),
      times(3, "https://example.org/a?b=c"),
      times(3, "for (const a of b) { console.log(a); }"),
      [long, long],
    ];
    const many = Array.from({ length: 200 }, (_, i) => times(3, `Report ${i} about the bank`));
    const { labels } = await work([...odd, ...many], [[0], [1, 2]]);
    const names = labels.map(({ label }) => label);
    expect(names.every(Boolean)).toBe(true);
    expect(new Set(names).size).toBe(names.length);
    expect(names[odd.length - 1]).toMatch(/harbour|pilots|Rotterdam/i);
  });
});
