import type { FirstLook } from "../pipeline";
import { LatentScopeError, quantise, type LogEntry } from "../scope";
import { InputColumns } from "./columns";
import { ScopeMap, type MapSource } from "./map";
import { jupyter } from "./notebook";
import { rowDetails } from "./row-details";
import { ScopeSession } from "./session";

/** What a run passes on from its first look to its scope. */
export interface Looked {
  /** Quantised x, y pairs of the rows. */
  readonly positions: Uint16Array;
  /** The rows that were selected at the end. */
  readonly selection: Uint32Array;
}

/** The first look of a run, shown in the cell that runs until the run is over. It can be looked at and selected in, but not edited. */
export class FirstLookMap {
  readonly #display;
  #looked: Promise<{ session: ScopeSession; positions: Uint16Array }> | undefined;

  /** @param height of the map in CSS pixels */
  constructor(private readonly height: number) {
    const transport = jupyter();
    this.#display = transport && new transport.CellDisplay();
  }

  show(look: FirstLook): void {
    this.#looked = this.#show(look);
    this.#looked.catch((error: unknown) => {
      process.stderr.write(`The first look could not be shown: ${String(error)}\n`);
    });
  }

  /** Takes the map away. Returns what the scope's own map begins with; undefined when there was none. */
  async end(): Promise<Looked | undefined> {
    const looked = await this.#looked?.catch(() => undefined);
    if (!looked) return undefined;
    this.#display?.bundle({ "text/plain": "", "text/html": "" });
    return { positions: looked.positions, selection: looked.session.state.selection };
  }

  async #show(look: FirstLook): Promise<{ session: ScopeSession; positions: Uint16Array }> {
    const session = await ScopeSession.open(look.content, new NoLog());
    const map = new ScopeMap(sourceOf(look), session, this.height);
    this.#display?.bundle(map.view());
    return { session, positions: quantise(look.coordinates) };
  }
}

const notYet = (): Promise<never> =>
  Promise.reject(
    new LatentScopeError(
      "not-final",
      "This is a first look by the words of the texts. That comes with the map itself.",
    ),
  );

function sourceOf({ coordinates, input, textColumn, name }: FirstLook): MapSource {
  return {
    ...{ scope: `${name}/first-look`, title: `${name}: a first look, while the model reads`, coordinates, themes: [] },
    columns: new InputColumns(input, textColumn),
    rowDetails: (rows) => rowDetails(input, textColumn, rows),
    ...{
      similarities: notYet,
      neighbors: notYet,
      proposeSplit: notYet,
      outlierTable: notYet,
      proposeLabels: notYet,
      labelSets: notYet,
      labelsOfSet: notYet,
      table: notYet,
    },
  };
}

/** The log of a map that is not edited. */
class NoLog {
  read(): LogEntry[] {
    return [];
  }

  append(): LogEntry[] {
    throw new LatentScopeError(
      "not-final",
      "This is a first look: its clusters will be others in a moment. Edit the map that follows.",
    );
  }
}
