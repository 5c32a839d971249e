import { serveTask } from "../../compute/worker-task";
import { inThread, type ThreadControl } from "../../pipeline";
import { drawingOf, type PictureInput } from "./drawing";
import { pngOf } from "./png";
import { svgOf } from "./svg";
import { hasFonts, textMeasure } from "./text";

/** "small-png" has 256 colours and a quarter of the bytes. */
export type PictureFormat = "png" | "small-png" | "svg";

/** What is to be drawn, away from the main thread. */
export interface PictureTask {
  readonly input: PictureInput;
  readonly format: PictureFormat;
  /** What the picture shows, for people who do not see it. */
  readonly title: string;
  readonly control: ThreadControl;
}

/** A picture that was drawn. */
export interface DrawnPicture {
  readonly bytes: Uint8Array;
  /** Whether labels could be drawn: a PNG has none where the machine has no fonts. */
  readonly labelled: boolean;
}

serveTask<PictureTask, DrawnPicture>(({ input, format, title, control }) =>
  inThread(control, () => {
    const drawing = drawingOf(input, textMeasure());
    const bytes = format === "svg" ? Buffer.from(svgOf(drawing, title)) : pngOf(drawing, format === "small-png");
    return Promise.resolve({ bytes: Uint8Array.from(bytes), labelled: format === "svg" || hasFonts() });
  }),
);
