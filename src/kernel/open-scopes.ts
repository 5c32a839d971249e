import { openScope, outsideEdits, plural, RowVectors, VectorSearch, type RunResult } from "../pipeline";
import { Scope } from "./scope";
import { ScopeSession } from "./session";

interface OpenScope {
  readonly scope: Scope;
  readonly session: ScopeSession;
}

/** Open scopes of this process: a cell that runs again gets the one that is there, with its maps and edits. */
const openScopes = new Map<string, Promise<OpenScope>>();

/** The scope of a result: the one that is open, if it is, with what other programs have done to its files meanwhile. */
export async function scopeOf(result: RunResult): Promise<Scope> {
  return (await openedOf(result)).scope;
}

async function openedOf(result: RunResult): Promise<OpenScope> {
  const { dataset, scopeId, metadata, saved, outside, hasBase } = result;
  const key = JSON.stringify([dataset.folder, scopeId, metadata.created]);
  const known = await openScopes.get(key);
  if (known) {
    const { session, scope } = known;
    session.refresh();
    if (hasBase) scope.adopt(outside);
    else {
      // what was read is what the files show
      const entries = session.state.log.map(({ entry }) => entry);
      const changes = outsideEdits(session.base, entries, undefined, saved);
      if (changes.length) await dataset.keepBase(scopeId, session.base);
      scope.adopt(changes);
    }
    return known;
  }
  const opening = openAnew(result);
  openScopes.set(key, opening);
  // what failed once may be mended the next time
  opening.catch(() => openScopes.delete(key));
  return opening;
}

async function openAnew(result: RunResult): Promise<OpenScope> {
  const { dataset, scopeId, metadata, saved, outside } = result;
  const session = await ScopeSession.open(saved, dataset.editLog(scopeId));
  const rows = new RowVectors(dataset, metadata, result.input.getColumn(result.textColumn));
  const scope = new Scope({
    ...{ session, dataset, scopeId, rows, metadata },
    source: result,
    themes: result.themes,
    textColumn: result.textColumn,
    clustering: String(metadata["cluster_id"]),
    search: new VectorSearch(rows),
    sibling: async (id) =>
      (await openedOf(await openScope(dataset.name, { dataDir: dataset.dataDir, scope: id }))).session,
  });
  scope.adopt(outside);
  const { length } = session.misfits;
  if (length)
    process.stderr.write(
      `${plural(length, "edit")} in the log of ${dataset.name}/${scopeId} fit no more: ${session.misfits[0].reason.message}\n`,
    );
  return { scope, session };
}
