import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { equalValues } from "../../../scope";
import { statusOf, type Snapshot } from "../../sync/snapshot";
import type { Ui } from "../ui";
import { plural } from "../words";
import { sentence } from "./sentences";

/** How the kernel is, in words. */
export function statusText(snapshot: Snapshot): string {
  const waiting = snapshot.pending ? `${plural(snapshot.pending, "change")} waiting` : "";
  switch (snapshot.kernel) {
    case "ready":
      return waiting || "Ready";
    case "busy":
      return waiting ? `Kernel busy, ${waiting}` : "Kernel busy";
    case "dead":
      return waiting ? `Kernel busy or gone, ${waiting}` : "Kernel busy or gone";
    case "offline":
      return "No kernel";
  }
}

export function StatusText({ ui }: { ui: Ui }): JSX.Element {
  const snapshot = ui.snapshot.value;
  return (
    <span class="ls-status" data-state={statusOf(snapshot)} title={statusText(snapshot)}>
      {statusText(snapshot)}
    </span>
  );
}

const NOTICE_MS = 7000;

/** Problems, shown for some seconds; and a live region that speaks selections and edits. */
export function Announcements({ ui }: { ui: Ui }): JSX.Element {
  const [spoken, speak] = useState("");
  const [problem, setProblem] = useState("");
  const before = useRef(ui.snapshot.peek());
  useSignalEffect(() => {
    const now = ui.snapshot.value;
    const text = whatHappened(before.current, now);
    if (text) speak(text);
    if (now.notice && now.notice !== before.current.notice) {
      setProblem(now.notice.text);
      speak(now.notice.text);
    }
    before.current = now;
  });
  useSignalEffect(() => {
    const { notice } = ui.snapshot.value;
    if (!notice) return;
    const timer = setTimeout(() => setProblem(""), NOTICE_MS);
    return () => clearTimeout(timer);
  });
  return (
    <>
      <div class="ls-spoken" role="status" aria-live="polite">
        {spoken}
      </div>
      {problem && (
        <div class="ls-problem" dir="auto">
          {problem}
        </div>
      )}
    </>
  );
}

function whatHappened(before: Snapshot, now: Snapshot): string {
  if (before.state.log.length < now.state.log.length) {
    const entry = now.state.log[now.state.log.length - 1];
    return sentence(entry, now.state);
  }
  if (before.state.selection !== now.state.selection && !equalValues(before.state.selection, now.state.selection))
    return now.state.selection.length ? `${plural(now.state.selection.length, "row")} selected` : "Nothing selected";
  return "";
}
