import { createCanvas, type SKRSContext2D } from "@napi-rs/canvas";
import { drawPoints } from "../../picture/draw-points";
import type { Drawing, DrawnLabel } from "./drawing";
import { indexedPng } from "./indexed-png";
import { canvasFont, directionOf, drawable } from "./text";

/** Width of the halo that keeps a label legible over points, in CSS pixels on each side. */
export const HALO = 2;
/** Opacity of a label of a cluster that the picture is not about. */
export const FAINT = 0.3;
/** Of the line from a label to where it belongs. */
export const LEADER_OPACITY = 0.6;
/** Radius of the dot at its end, in CSS pixels. */
export const LEADER_DOT = 1.5;

/** A map as the bytes of a PNG file. @param small with 256 colours, in a quarter of the bytes */
export function pngOf(drawing: Drawing, small: boolean): Buffer {
  const { size, pixelRatio } = drawing.picture;
  const canvas = createCanvas(Math.round(size.width * pixelRatio), Math.round(size.height * pixelRatio));
  const context = canvas.getContext("2d");
  context.fillStyle = drawing.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(pointsCanvas(drawing), 0, 0);
  context.scale(pixelRatio, pixelRatio);
  for (const label of drawing.labels) drawLeader(context, label);
  for (const label of drawing.labels) drawLabel(context, label, drawing.background);
  return small ? indexedPng(context.getImageData(0, 0, canvas.width, canvas.height)) : canvas.encodeSync("png");
}

/** The points alone, on nothing, as the bytes of a PNG file. */
export function pointsPng(drawing: Drawing): Buffer {
  return pointsCanvas(drawing).encodeSync("png");
}

function pointsCanvas({ points, picture }: Drawing) {
  const { size, pixelRatio } = picture;
  const canvas = createCanvas(Math.round(size.width * pixelRatio), Math.round(size.height * pixelRatio));
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  for (const steps = drawPoints(image, points, picture); !steps.next().done;);
  context.putImageData(image, 0, 0);
  return canvas;
}

function drawLeader(context: SKRSContext2D, { leader, colour }: DrawnLabel): void {
  if (!leader) return;
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = 1;
  context.globalAlpha = LEADER_OPACITY;
  context.beginPath();
  context.moveTo(...leader.from);
  context.lineTo(...leader.to);
  context.stroke();
  context.globalAlpha = 1;
  context.beginPath();
  context.arc(...leader.to, LEADER_DOT, 0, 2 * Math.PI);
  context.fill();
}

function drawLabel(context: SKRSContext2D, { text, font, colour, faint, x, y }: DrawnLabel, background: string): void {
  context.font = canvasFont(font);
  context.letterSpacing = `${font.spacing}px`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 2 * HALO;
  context.strokeStyle = background;
  context.fillStyle = colour;
  context.globalAlpha = faint ? FAINT : 1;
  const lineHeight = text.height / text.lines.length;
  const eachLine = (draw: "strokeText" | "fillText"): void =>
    text.lines.forEach((line, i) => {
      context.direction = directionOf(line);
      context[draw](drawable(line), x, y + (i - (text.lines.length - 1) / 2) * lineHeight);
    });
  // all halos first: that of one line would cover the line before
  eachLine("strokeText");
  eachLine("fillText");
}
