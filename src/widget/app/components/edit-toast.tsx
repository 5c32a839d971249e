import { effect, useSignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { isHistory } from "../../../scope";
import { undo } from "../actions";
import type { Ui } from "../ui";
import { Button } from "./button";
import { sentence } from "./sentences";

const TOAST_MS = 7000;

/** What an edit made here has done, for some seconds, with a button that takes it back as long as it is the newest. */
export function EditToast({ ui }: { ui: Ui }): JSX.Element | null {
  const shown = useSignal<{ readonly id: string; readonly text: string } | null>(null);
  // not useSignalEffect, which is late: an edit that has just been made here is still pending
  useLayoutEffect(() => {
    let seen = ui.snapshot.peek().state.log.length;
    return effect(() => {
      const { state, pending } = ui.snapshot.value;
      const added = state.log.length > seen;
      seen = state.log.length;
      const newest = state.log.at(-1);
      if (added && newest && newest.entry.actor === "map" && pending && !isHistory(newest.entry.edit))
        shown.value = { id: newest.entry.id, text: sentence(newest, state) };
      else if (shown.peek() && state.done.at(-1)?.entry.id !== shown.peek()?.id) shown.value = null;
    });
  }, []);
  useSignalEffect(() => {
    if (!shown.value) return;
    const timer = setTimeout(() => (shown.value = null), TOAST_MS);
    return () => clearTimeout(timer);
  });
  if (!shown.value) return null;
  return (
    <div class="ls-toast">
      <bdi class="ls-tag-name">{shown.value.text}</bdi>
      <button type="button" class="ls-link" title="Take this edit back (ctrl+z)" onClick={() => undo(ui)}>
        Take back
      </button>
      <Button icon="close" name="Close message" title="Close" onClick={() => (shown.value = null)} />
    </div>
  );
}
