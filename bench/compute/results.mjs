/** The file of results: every single call, so that a stopped run can go on and tables can be made anew. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * One call of one system.
 * @typedef {object} Call
 * @property {string} stage
 * @property {string} dataset
 * @property {number} rows
 * @property {string} system
 * @property {boolean} cold the first call of a fresh process
 * @property {number} seed
 * @property {number} seconds
 * @property {number} cpuSeconds
 * @property {number} othersCpuSeconds what other processes took of the processors meanwhile
 * @property {number} residentBytes memory of the process with libraries and data, before its first call
 * @property {number} peakBytes
 * @property {number} startSeconds importing the library
 * @property {number} loadAverage
 * @property {string} at
 * @property {string} [build] which build of ours
 * @property {Record<string, number>} stages
 * @property {Record<string, number>} [quality]
 */

/** @typedef {{ stage: string, dataset: string, rows: number }} Cell */

export const isIn = (cell) => (call) =>
  call.stage === cell.stage && call.dataset === cell.dataset && call.rows === cell.rows;

export class Results {
  constructor(file) {
    this.file = file;
    const empty = { machine: {}, conditions: {}, calls: [], agreements: [] };
    /** @type {{ machine: Record<string, any>, conditions: Record<string, any>, calls: Call[], agreements: (Cell & { pairs: Record<string, number> })[] }} */
    this.content = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : empty;
  }

  /** Calls of a cell by one system; cold or warm. */
  calls(cell, system, cold) {
    return this.content.calls.filter((call) => isIn(cell)(call) && call.system === system && call.cold === cold);
  }

  add(call) {
    this.content.calls.push(call);
    this.save();
  }

  setAgreement(cell, pairs) {
    this.content.agreements = this.content.agreements.filter((agreement) => !isIn(cell)(agreement));
    this.content.agreements.push({ ...cell, pairs });
    this.save();
  }

  /** What a system runs on: versions, threads. */
  setConditions(system, conditions) {
    this.content.conditions[system] = conditions;
    this.save();
  }

  setMachine(machine) {
    this.content.machine = machine;
    this.save();
  }

  forget(cell, systems) {
    const goes = isIn(cell);
    this.content.calls = this.content.calls.filter((call) => !(goes(call) && systems.includes(call.system)));
    this.save();
  }

  save() {
    mkdirSync(path.dirname(this.file), { recursive: true });
    writeFileSync(`${this.file}.part`, JSON.stringify(this.content, null, 1));
    renameSync(`${this.file}.part`, this.file);
  }
}
