import {
  findCluster,
  isHistory,
  LatentScopeError,
  type ClusterId,
  type ContentEdit,
  type LoggedEntry,
  type ScopeState,
} from "../../../scope";
import { plural } from "../words";

/** What an entry of the log has done, for the ear. */
export function sentence({ entry, summary }: LoggedEntry, state: ScopeState): string {
  const { edit } = entry;
  if (isHistory(edit)) return edit.kind === "undo" ? "Undone" : "Redone";
  return edited(edit, summary?.rows ?? 0, summary?.cluster ?? null, state);
}

function edited(edit: ContentEdit, count: number, cluster: ClusterId | null, { content }: ScopeState): string {
  const rows = plural(count, "row");
  const label = (id: ClusterId): string => {
    try {
      return findCluster(content, id).label;
    } catch (error) {
      if (!(error instanceof LatentScopeError)) throw error;
      return `cluster ${id}`;
    }
  };
  switch (edit.kind) {
    case "rename":
      return `Cluster ${edit.cluster} is now called ${edit.label}`;
    case "merge":
      return `${plural(edit.clusters.length, "cluster")} merged into ${label(edit.clusters[0])}: ${rows} moved`;
    case "split":
      return `Cluster split into ${plural(edit.parts.length, "part")} of ${rows} together`;
    case "assign":
      return `${rows} moved to ${cluster === null ? "another cluster" : label(cluster)}`;
    case "outliers":
      return `${rows} moved out of the unclustered into ${plural(edit.moves.length, "cluster")}`;
    case "delete":
      return `${rows} deleted`;
    case "restore":
      return `${rows} restored`;
    case "tag":
      return `${rows} tagged ${edit.tag}`;
    case "untag":
      return `Tag ${edit.tag} taken from ${rows}`;
    case "relabel":
      return `New labels for ${plural(edit.labels.length, "cluster")}`;
    case "remember":
      return `${rows} kept as ${edit.name}`;
    case "forget":
      return `Selection ${edit.name} forgotten`;
  }
}
