import { describe, expect, it } from "vitest";
import { clusterKeywords, labelsOf } from "../../src/pipeline/label/keywords";
import { fold, termsOf } from "../../src/pipeline/label/terms";

const forms = (text: string): string[] => termsOf(text).map(({ form }) => form);

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

  it("tell them apart, in the form that the texts use most", () => {
    const [a, b] = clusterKeywords([lands, banks]);
    expect(a[0]).toBe("Public Lands");
    expect(a).toContain("settlers");
    expect(b[0]).toBe("bank");
    expect(b).toContain("notes");
  });

  it("rank a word of all clusters below one of this cluster", () => {
    const [a] = clusterKeywords([
      ["tax war", "tax war", "tax war"],
      ["war peace", "war peace", "war peace"],
    ]);
    expect(a.join(" ").toLowerCase()).toMatch(/^tax/);
  });

  it("count a text once, however often it repeats a word", () => {
    const [a] = clusterKeywords([
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
    expect(labels).toEqual(["Navy, ships", "Navy, ship (2)", "Navies, ships (3)", null]);
  });

  it("take one more keyword where that tells two apart", () => {
    const labels = labelsOf(
      [
        ["treaty", "convention", "Spain", "Cuba"],
        ["treaty", "convention", "Spain", "Mexico"],
      ],
      [1, 0],
    );
    expect(labels).toEqual(["Treaty, convention, Spain, Cuba", "Treaty, convention, Spain"]);
  });
});
