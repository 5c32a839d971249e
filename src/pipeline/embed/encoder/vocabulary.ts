import { readFileSync } from "node:fs";
import { WordPiece } from "./word-piece";

/** The tokenizer of a `vocab.txt`: one token a line. */
export function readTokenizer(vocabularyFile: string): WordPiece {
  return new WordPiece(readFileSync(vocabularyFile, "utf8").replace(/\n$/, "").split("\n"));
}
