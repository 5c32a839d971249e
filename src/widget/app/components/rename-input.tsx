import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { MAX_LABEL_LENGTH, type Cluster } from "../../../scope";
import { finishRenaming } from "../actions";
import type { Ui } from "../ui";

/** The label of a cluster as an input: Enter and leaving it confirm, Escape cancels. */
export function RenameInput({ ui, cluster }: { ui: Ui; cluster: Cluster }): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    input.current?.focus({ preventScroll: true });
    input.current?.select();
  }, []);
  const open = () => ui.renaming.peek()?.cluster === cluster.id;
  return (
    <input
      ref={input}
      class="ls-input ls-rename"
      dir="auto"
      aria-label={`Label of cluster ${cluster.id}`}
      defaultValue={cluster.label}
      maxLength={MAX_LABEL_LENGTH}
      spellcheck={false}
      onKeyDown={(event) => {
        if (event.isComposing) return;
        if (event.key === "Enter") finishRenaming(ui, cluster.id, event.currentTarget.value);
        else if (event.key === "Escape") ui.renaming.value = null;
        else return;
        // back to where the renaming was begun
        if (!open()) (event.currentTarget.closest<HTMLElement>("[role=row]") ?? ui.stage.element).focus();
        event.preventDefault();
        // what Escape and Enter mean to the list is not meant here
        event.stopPropagation();
      }}
      onBlur={(event) => {
        if (!open()) return;
        const { value } = event.currentTarget;
        if (value.trim()) finishRenaming(ui, cluster.id, value);
        else ui.renaming.value = null;
      }}
    />
  );
}
