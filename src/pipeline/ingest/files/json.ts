import { parse } from "lossless-json";
import type pl from "nodejs-polars";
import { frameOfColumns, frameOfRecords, isColumns } from "../plain-data";
import type { Warn } from ".";
import { asUtf8 } from "./decode";

/** A list of objects, or an object of lists. */
export function readJson(bytes: Buffer, name: string, warn: Warn): pl.DataFrame {
  const value = parseJson(asUtf8(bytes, name, warn).toString("utf8"));
  if (Array.isArray(value)) return frameOfRecords(value);
  if (typeof value === "object" && value !== null && isColumns(value)) return frameOfColumns(value);
  throw new Error("it holds neither a list of objects nor an object of lists");
}

/** An object a line; empty lines do not count. */
export function readJsonLines(bytes: Buffer, name: string, warn: Warn): pl.DataFrame {
  const lines = asUtf8(bytes, name, warn).toString("utf8").split("\n");
  const records = lines.flatMap((line, i) => {
    if (!line.trim()) return [];
    try {
      return [parseJson(line)];
    } catch (error) {
      throw new Error(`line ${i + 1} is no JSON (${(error as Error).message})`, { cause: error });
    }
  });
  return frameOfRecords(records);
}

/** Integers that a number would round become bigints. */
function parseJson(text: string): unknown {
  return /\d{16}/.test(text) ? parse(text, null, exactly) : JSON.parse(text);
}

function exactly(text: string): number | bigint {
  const value = Number(text);
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(value) ? BigInt(text) : value;
}
