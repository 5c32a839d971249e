import type { JSX, TargetedKeyboardEvent } from "preact";
import { useId, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { MAX_LABEL_LENGTH, UNCLUSTERED } from "../../../scope";
import { slotOf } from "../../../picture/clusters";
import { slotColour } from "../../../picture/slot-colours";
import { moveSelected } from "../actions";
import { findTargets, moveTargets, type Target } from "../targets";
import type { Ui } from "../ui";
import { number } from "../words";
import { Popover } from "./popover";

/** Moves the selected rows: to a cluster that is chosen by its label, to none, or to a new one called as typed. */
export function MovePopover({ ui }: { ui: Ui }): JSX.Element {
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const { clusters } = ui.content.value;
  const items = ui.items.value;
  const all = useMemo(() => moveTargets(items, clusters), [items, clusters]);
  const targets = useMemo(() => findTargets(all, typed), [all, typed]);
  const current = Math.min(active, targets.length - 1);
  useLayoutEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [current, targets]);

  const take = (target: Target | undefined) => {
    if (target && moveSelected(ui, target)) ui.popover.value = null;
  };
  const key = (event: TargetedKeyboardEvent<HTMLInputElement>) => {
    if (event.isComposing) return;
    const last = targets.length - 1;
    if (event.key === "ArrowDown") setActive(current === last ? 0 : current + 1);
    else if (event.key === "ArrowUp") setActive(current <= 0 ? last : current - 1);
    else if (event.key === "PageDown") setActive(Math.min(last, current + 5));
    else if (event.key === "PageUp") setActive(Math.max(0, current - 5));
    else if (event.key === "Enter") take(targets[current]);
    else return;
    event.preventDefault();
  };
  return (
    <Popover ui={ui} name="move" label="Move rows">
      <input
        class="ls-input"
        role="combobox"
        aria-label="Cluster"
        aria-expanded="true"
        aria-autocomplete="list"
        aria-controls={`${id}-list`}
        aria-activedescendant={current >= 0 ? `${id}-${current}` : undefined}
        placeholder="Cluster, or a new label"
        dir="auto"
        spellcheck={false}
        maxLength={MAX_LABEL_LENGTH}
        value={typed}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={key}
      />
      <div ref={list} class="ls-options" role="listbox" id={`${id}-list`} aria-label="Clusters">
        {targets.map((target, i) => (
          <div
            key={"cluster" in target ? target.cluster.id : "new"}
            id={`${id}-${i}`}
            class="ls-option"
            role="option"
            aria-selected={i === current}
            onPointerMove={() => setActive(i)}
            onClick={() => take(target)}
          >
            <TargetText ui={ui} target={target} />
          </div>
        ))}
      </div>
    </Popover>
  );
}

function TargetText({ ui, target }: { ui: Ui; target: Target }): JSX.Element {
  if (!("cluster" in target))
    return (
      <>
        <span class="ls-swatch" data-new="" />
        <span class="ls-name">
          New cluster “<bdi>{target.label}</bdi>”
        </span>
      </>
    );
  const { cluster, size } = target;
  return (
    <>
      <span
        class="ls-swatch"
        style={{ "--colour": slotColour(slotOf(cluster.id), ui.stage.swatches, ui.stage.theme) }}
      />
      <span class="ls-name" dir="auto" data-outliers={cluster.id === UNCLUSTERED || undefined}>
        {cluster.label}
      </span>
      <span class="ls-size">{number(size)}</span>
    </>
  );
}
