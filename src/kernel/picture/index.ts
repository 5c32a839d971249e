/** The map as a picture, made without a browser. */
import { runInWorker, workerFile } from "../../compute/worker-task";
import { checkNumber, runThreads, threadControl } from "../../pipeline";
import { LatentScopeError, type RowSet, type ScopeState } from "../../scope";
import type { Theme } from "../../picture/palette";
import type { SavedThemes } from "../../picture/themes";
import type { DrawnPicture, PictureFormat, PictureTask } from "./picture-worker";

export type { DrawnPicture, PictureFormat } from "./picture-worker";

/** How a picture is to look. */
export interface PictureOptions {
  /** CSS pixels, 100 to 8192. Default: 960 x 560. */
  readonly width?: number;
  readonly height?: number;
  /** Default: "light". */
  readonly theme?: Theme;
  /** Pixels of a PNG for one CSS pixel, 0.5 to 4. Default: 2. */
  readonly pixelRatio?: number;
}

/** What a picture is made of. */
export interface PictureSource extends SavedThemes {
  readonly title: string;
  readonly state: ScopeState;
  /** x and y of each row in turn, in [-1, 1]. */
  readonly coordinates: Float32Array;
  /** The rows that it is about: the others are drawn faintly. Null for all. */
  readonly shown?: RowSet | null;
}

/** What to say of a picture without labels. */
export const NO_FONTS =
  "The labels are missing in the picture: this machine has no fonts. Install some (on Debian and Ubuntu: apt-get install fonts-dejavu-core), or write an SVG file.";

/** Most pixels of one picture: what a canvas of Skia holds. */
const MOST_PIXELS = 100_000_000;

/**
 * Draws a map as it looks when it is opened: same view, colours, sizes and labels. In a worker thread: a million rows take seconds. The same
 * input gives the same bytes, on machines with the same fonts.
 * @throws LatentScopeError `bad-option`, `interrupted`
 */
export async function picture(
  source: PictureSource,
  format: PictureFormat,
  options: PictureOptions = {},
  signal?: AbortSignal,
): Promise<DrawnPicture> {
  const { width, height, theme, pixelRatio } = checked(options);
  const { clusters, assignment, deleted } = source.state.content;
  const { title, coordinates, themes, savedAssignment, shown = null } = source;
  const what = "The picture";
  const control = threadControl(1);
  const saved = { themes, savedAssignment };
  const input = { ...saved, clusters, assignment, deleted, coordinates, shown, theme, width, height, pixelRatio };
  const run = (): Promise<DrawnPicture> =>
    runInWorker<PictureTask, DrawnPicture>(
      workerFile(__dirname, "picture-worker.js"),
      { input, format, title, control },
      { what },
    );
  const [drawn] = await runThreads(control, () => [run()], { what, signal });
  return drawn;
}

function checked({
  width = 960,
  height = 560,
  theme = "light",
  pixelRatio = 2,
}: PictureOptions): Required<PictureOptions> {
  checkNumber("width", width, { least: 100, greatest: 8192, whole: true });
  checkNumber("height", height, { least: 100, greatest: 8192, whole: true });
  checkNumber("pixelRatio", pixelRatio, { least: 0.5, greatest: 4 });
  checkTheme(theme);
  if (width * height * pixelRatio ** 2 > MOST_PIXELS)
    throw new LatentScopeError(
      "bad-option",
      `A picture of ${width} x ${height} at ${pixelRatio} pixels each is too large: at most ${MOST_PIXELS / 1e6} million pixels. Choose a smaller width, height or pixelRatio.`,
    );
  return { width, height, theme, pixelRatio };
}

/** @throws LatentScopeError `bad-option` */
export function checkTheme(theme: unknown): void {
  if (theme === "light" || theme === "dark") return;
  throw new LatentScopeError("bad-option", `theme is "light" or "dark", not ${JSON.stringify(theme)}.`);
}
