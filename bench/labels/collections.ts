import { readFileSync } from "node:fs";
import path from "node:path";

/** Texts of known classes, and what a person calls these. */
export interface Collection {
  readonly name: string;
  readonly files: readonly string[];
  /** Texts of each class in a sample. */
  readonly perClass: number;
  readonly classes: Readonly<Record<string, string>>;
}

/** Posts of 20 newsgroups, lower case and letters only; the newsgroups' names written out. Labels were tuned on it. */
export const newsgroups: Collection = {
  name: "20 Newsgroups",
  files: ["20newsgroups-train.tab", "20newsgroups-test.tab"],
  perClass: 150,
  classes: {
    "alt.atheism": "atheism",
    "comp.graphics": "computer graphics",
    "comp.os.ms-windows.misc": "Microsoft Windows",
    "comp.sys.ibm.pc.hardware": "PC hardware",
    "comp.sys.mac.hardware": "Mac hardware",
    "comp.windows.x": "X Window System",
    "misc.forsale": "for sale",
    "rec.autos": "cars",
    "rec.motorcycles": "motorcycles",
    "rec.sport.baseball": "baseball",
    "rec.sport.hockey": "hockey",
    "sci.crypt": "cryptography",
    "sci.electronics": "electronics",
    "sci.med": "medicine",
    "sci.space": "space",
    "soc.religion.christian": "Christian religion",
    "talk.politics.guns": "gun politics",
    "talk.politics.mideast": "Middle East politics",
    "talk.politics.misc": "politics",
    "talk.religion.misc": "religion",
  },
};

/** Reuters-21578, the 52 categories of one topic each, of which 33 have enough texts; their codes written out. */
export const reuters: Collection = {
  name: "Reuters R52",
  files: ["reuters-r52-train.tab", "reuters-r52-test.tab"],
  perClass: 100,
  classes: {
    ...{ earn: "earnings", acq: "acquisitions", crude: "crude oil", trade: "trade", "money-fx": "foreign exchange" },
    ...{ interest: "interest rates", "money-supply": "money supply", ship: "shipping", sugar: "sugar" },
    ...{ coffee: "coffee", gold: "gold", gnp: "gross national product", cpi: "consumer prices", cocoa: "cocoa" },
    ...{ grain: "grain", reserves: "foreign reserves", jobs: "jobs and unemployment", ipi: "industrial production" },
    ...{ rubber: "rubber", copper: "copper", alum: "aluminium", "iron-steel": "iron and steel" },
    ...{ "nat-gas": "natural gas", bop: "balance of payments", "veg-oil": "vegetable oil", retail: "retail sales" },
    ...{ tin: "tin", housing: "housing", cotton: "cotton", wpi: "wholesale prices", "pet-chem": "petrochemicals" },
    ...{ orange: "orange juice", livestock: "livestock" },
  },
};

/** Texts of each class of a collection in a random order of this seed, no more than a sample has. */
export function sample({ files, perClass, classes }: Collection, folder: string, seed: number): string[][] {
  // three lines of header: names, types and roles of the columns
  const lines = files.flatMap((file) => readFileSync(path.join(folder, file), "utf8").split("\n").slice(3));
  const random = generator(seed);
  return Object.keys(classes).map((label) => {
    const texts = lines.filter((line) => line.startsWith(`${label}\t`)).map((line) => line.slice(label.length + 1));
    for (let i = texts.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [texts[i], texts[j]] = [texts[j], texts[i]];
    }
    return texts.slice(0, perClass);
  });
}

/** Xorshift (Marsaglia 2003). */
function generator(seed: number): () => number {
  let state = seed * 7919;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
