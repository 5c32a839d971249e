import { css } from "../../picture/colours";
import { DELETED_SLOT, OUTLIER_SLOT } from "../../picture/clusters";
import { LEFT_OUT, opacities, OUTLIER_SIZE } from "../../picture/draw-points";
import { dequantise } from "../../scope";
import type { Drawing, DrawnLabel } from "./drawing";
import { FAINT, HALO, LEADER_DOT, LEADER_OPACITY, pointsPng } from "./png";
import { directionOf, FONT_FAMILY } from "./text";

/** Up to so many rows each point is a circle that can be edited; more would make files of megabytes that drawing programs choke on. */
const MOST_CIRCLES = 20_000;

/** A map as an SVG file: labels are text; points are circles, or one embedded picture where there are many. */
export function svgOf(drawing: Drawing, title: string): string {
  const { width, height } = drawing.picture.size;
  const points = drawing.points.slots.length <= MOST_CIRCLES ? circles(drawing) : embedded(drawing);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="${drawing.background}"/>`,
    '<g id="points">',
    ...points,
    "</g>",
    ...drawing.labels.flatMap(leader),
    `<g font-family="${escapeXml(FONT_FAMILY)}" text-anchor="middle" stroke="${drawing.background}" stroke-width="${2 * HALO}" stroke-linejoin="round" paint-order="stroke">`,
    ...drawing.labels.map(label),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function embedded(drawing: Drawing): string[] {
  const { width, height } = drawing.picture.size;
  const data = pointsPng(drawing).toString("base64");
  return [`<image width="${width}" height="${height}" href="data:image/png;base64,${data}"/>`];
}

/** A group for each colour, the outliers first and then the larger clusters below the smaller; what is left out is below all. */
function circles({ points, picture, geometry }: Drawing): string[] {
  const { positions, flags, palette } = points;
  const { others, leftOut } = opacities(picture.opacity, false);
  const { scaleX, scaleY, offsetX, offsetY } = picture.transform;
  const slots = [...geometry.sizes.keys()].filter((slot) => slot !== DELETED_SLOT && geometry.sizes[slot]);
  slots.sort(
    (a, b) => Number(a !== OUTLIER_SLOT) - Number(b !== OUTLIER_SLOT) || geometry.sizes[b] - geometry.sizes[a],
  );
  const group = (slot: number, left: boolean): string[] => {
    const rows = geometry.order.subarray(geometry.starts[slot], geometry.starts[slot + 1]);
    const drawn = Array.from(rows).filter((row) => (flags[row] === LEFT_OUT) === left);
    if (!drawn.length) return [];
    const radius = (picture.diameter * (left || slot === OUTLIER_SLOT ? OUTLIER_SIZE : 1)) / 2;
    const [r, g, b, alpha] = palette.subarray(4 * slot, 4 * slot + 4);
    const opacity = (alpha / 255) * (left ? leftOut : others);
    const dots = drawn.map((row) => {
      const x = scaleX * dequantise(positions[2 * row]) + offsetX;
      const y = scaleY * dequantise(positions[2 * row + 1]) + offsetY;
      return `<circle cx="${number(x)}" cy="${number(y)}" r="${number(radius)}"/>`;
    });
    return [`<g fill="${commas(css([r, g, b]))}" fill-opacity="${number(opacity)}">`, ...dots, "</g>"];
  };
  return [...slots.flatMap((slot) => group(slot, true)), ...slots.flatMap((slot) => group(slot, false))];
}

/** From a label to where it belongs. */
function leader({ leader: line, colour }: DrawnLabel): string[] {
  if (!line) return [];
  const [[x1, y1], [x2, y2]] = [line.from.map(number), line.to.map(number)];
  const fill = commas(colour);
  return [
    `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${fill}" stroke-opacity="${LEADER_OPACITY}"/>`,
    `<circle cx="${x2}" cy="${y2}" r="${LEADER_DOT}" fill="${fill}"/>`,
  ];
}

function label({ text, label: whole, font, colour, faint, x, y }: DrawnLabel): string {
  const lineHeight = text.height / text.lines.length;
  const lines = text.lines.map((line, i) => {
    // text is placed by its baseline: this much below the middle of its capitals
    const baseline = y + (i - (text.lines.length - 1) / 2) * lineHeight + font.size * 0.35;
    return `<tspan x="${number(x)}" y="${number(baseline)}" direction="${directionOf(line)}">${escapeXml(line)}</tspan>`;
  });
  const attributes = `font-size="${font.size}" font-weight="${font.weight}"${font.spacing ? ` letter-spacing="${number(font.spacing)}"` : ""} fill="${commas(colour)}"${faint ? ` opacity="${FAINT}"` : ""}`;
  return `<text ${attributes}><title>${escapeXml(whole)}</title>${lines.join("")}</text>`;
}

function number(value: number): string {
  return String(Number(value.toFixed(2)));
}

/** A colour as every drawing program reads it: with commas. */
function commas(colour: string): string {
  return colour.replaceAll(" ", ",");
}

/** Text as XML has it; what no XML may have, not even escaped, is left out. */
function escapeXml(text: string): string {
  const allowed = text.replace(/[\p{Cs}\ufffe\uffff]|(?![\t\n\r])\p{Cc}/gu, "");
  return allowed.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
