import type { JSX, TargetedPointerEvent } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { css } from "../../../picture/colours";
import { binsOf, histogram, rangeOf, type Bins } from "../colour-by/histogram";
import { rampColour } from "../colour-by/ramp";
import type { Legend } from "../models/colour-model";
import type { Ui } from "../ui";
import { number } from "../words";

type Values = Extract<Legend, { kind: "values" }>;

const TICKS = 4;
const PAGE = 5;

/** A histogram in the colours of the points. A range of it that is brushed, by pointer or by its two handles, filters. */
export function ValueLegend({ ui, legend }: { ui: Ui; legend: Values }): JSX.Element {
  const { values, scale, title } = legend;
  const { deleted } = ui.content.value;
  void ui.viewCount.value; // the theme is the stage's
  const { theme } = ui.stage;
  const counts = useMemo(() => histogram(values, scale, deleted), [values, scale, deleted]);
  const missing = useMemo(() => ui.store.rows - values.length + countMissing(values), [values]);
  const plot = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<{ bins: Bins; from: number } | null>(null);
  const frame = useRef(0);
  const filter = ui.filters.own.value.find((other) => other.kind === "range" && other.values === values);
  const all: Bins = { first: 0, end: scale.bins };
  const bins = drag?.bins ?? (filter?.kind === "range" ? binsOf(scale, filter) : all);
  const most = Math.max(1, ...counts);

  const choose = (chosen: Bins) => {
    if (chosen.first <= 0 && chosen.end >= scale.bins) {
      const before = ui.filters.own.peek().find((other) => other.kind === "range" && other.values === values);
      if (before) ui.filters.remove(before);
      return;
    }
    const { from, to } = rangeOf(scale, chosen);
    ui.filters.add({ kind: "range", column: title, values, from, to, format: (value) => scale.format(value) });
  };
  const placeOf = (event: PointerEvent): number => {
    const box = plot.current?.getBoundingClientRect();
    return box ? Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * scale.bins : 0;
  };
  const down = (event: TargetedPointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const place = placeOf(event);
    // near an end of the range, that end is moved; elsewhere a new range is begun
    const near = 8 * (scale.bins / (plot.current?.clientWidth ?? 200));
    const from =
      filter && Math.abs(place - bins.first) < near
        ? bins.end
        : filter && Math.abs(place - bins.end) < near
          ? bins.first
          : place;
    setDrag({ bins, from });
  };
  const move = (event: PointerEvent) => {
    if (!drag) return;
    const place = placeOf(event);
    const first = Math.floor(Math.min(place, drag.from));
    const chosen = { first, end: Math.max(first + 1, Math.ceil(Math.max(place, drag.from))) };
    setDrag({ ...drag, bins: chosen });
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => choose(chosen));
  };
  const up = () => {
    if (!drag) return;
    cancelAnimationFrame(frame.current);
    // a press without a drag takes the range away
    choose(drag.bins === bins && !frame.current ? all : drag.bins);
    frame.current = 0;
    setDrag(null);
  };
  return (
    <>
      <div ref={plot} class="ls-plot" onPointerDown={down} onPointerMove={move} onPointerUp={up} onPointerCancel={up}>
        <svg viewBox={`0 0 ${scale.bins} 1`} preserveAspectRatio="none" aria-hidden="true">
          {Array.from(counts, (count, bin) => {
            // what is rare is to be seen, too
            const height = count ? Math.max(0.03, count / most) : 0;
            return (
              <rect
                key={bin}
                x={bin + 0.06}
                y={1 - height}
                width={0.88}
                height={height}
                fill={css(rampColour((bin + 0.5) / scale.bins, theme))}
                opacity={bin >= bins.first && bin < bins.end ? 1 : 0.22}
              />
            );
          })}
        </svg>
        <Handle legend={legend} bins={bins} end="first" onChange={choose} />
        <Handle legend={legend} bins={bins} end="end" onChange={choose} />
      </div>
      <div class="ls-axis" aria-hidden="true">
        {scale.ticks(TICKS).map(({ place, text }) => (
          <span key={text} style={{ left: `${place * 100}%` }}>
            {text}
          </span>
        ))}
      </div>
      {missing > 0 && <p class="ls-legend-state">{number(missing)} without a value</p>}
    </>
  );
}

interface HandleProps {
  legend: Values;
  bins: Bins;
  end: keyof Bins;
  onChange: (bins: Bins) => void;
}

/** One end of the range, as a slider over the bins. */
function Handle({ legend: { scale, title }, bins, end, onChange }: HandleProps): JSX.Element {
  const at = bins[end];
  const [least, most] = end === "first" ? [0, bins.end - 1] : [bins.first + 1, scale.bins];
  const range = rangeOf(scale, bins);
  const value = end === "first" ? range.from : range.to;
  const text = Number.isFinite(value) ? scale.format(value) : end === "first" ? "the least" : "the greatest";
  return (
    <div
      class="ls-handle"
      role="slider"
      tabIndex={0}
      aria-label={`${title}, ${end === "first" ? "from" : "to"}`}
      aria-valuemin={least}
      aria-valuemax={most}
      aria-valuenow={at}
      aria-valuetext={text}
      data-moved={(end === "first" ? at > 0 : at < scale.bins) || undefined}
      style={{ left: `${(at / scale.bins) * 100}%` }}
      onKeyDown={(event) => {
        const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -PAGE, PageUp: PAGE }[
          event.key
        ];
        const wanted =
          event.key === "Home" ? least : event.key === "End" ? most : step === undefined ? null : at + step;
        if (wanted === null) return;
        event.preventDefault();
        event.stopPropagation();
        onChange({ ...bins, [end]: Math.min(most, Math.max(least, wanted)) });
      }}
    />
  );
}

function countMissing(values: ArrayLike<number>): number {
  let count = 0;
  for (let row = 0; row < values.length; row++) if (values[row] !== values[row]) count++;
  return count;
}
