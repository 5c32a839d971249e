import type { MapStage } from "../map/stage";

const HALO = 3;

/** What a map shows, points and labels on its background, as a PNG in device pixels. */
export async function pictureOf(stage: MapStage): Promise<Blob> {
  const { element } = stage;
  const points = element.querySelector("canvas");
  if (!points || !stage.size.width) throw new Error("The map is not to be seen: there is no picture of it.");
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [points.width, points.height];
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser draws no pictures.");
  const style = getComputedStyle(element);
  const background = style.getPropertyValue("--ls-bg").trim() || "white";
  context.fillStyle = background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  // a WebGL canvas can be read only in the frame in which it was drawn
  await new Promise<void>((resolve) => {
    stage.redraw();
    requestAnimationFrame(() => {
      context.drawImage(points, 0, 0);
      resolve();
    });
  });
  const ratio = points.width / stage.size.width;
  context.scale(ratio, ratio);
  drawLabels(context, element, background);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The picture is too large."))), "image/png"),
  );
}

/** The labels as they stand over the map. */
function drawLabels(context: CanvasRenderingContext2D, element: HTMLElement, background: string): void {
  const origin = element.getBoundingClientRect();
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  for (const label of element.querySelectorAll<HTMLElement>(".ls-label")) {
    const { fontStyle, fontWeight, fontSize, fontFamily, color, opacity } = getComputedStyle(label);
    context.font = `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`;
    context.globalAlpha = Number(opacity);
    for (const line of label.children) {
      const box = line.getBoundingClientRect();
      const [x, y] = [box.left + box.width / 2 - origin.left, box.top + box.height / 2 - origin.top];
      const text = line.textContent ?? "";
      context.strokeStyle = background;
      context.lineWidth = HALO;
      context.strokeText(text, x, y);
      context.fillStyle = color;
      context.fillText(text, x, y);
    }
  }
}
