import type { Content } from "../../../scope";
import type { Ui } from "../ui";

/** What a preview on the map is of. */
export type PreviewKind = "split" | "outliers";

/** Shows other contents on the map than those of the scope; null ends that. */
export function showPreview(ui: Ui, kind: PreviewKind, content: Content | null): void {
  ui.preview.value = content && kind;
  ui.stage.preview = content;
  ui.hover.value = null;
}
