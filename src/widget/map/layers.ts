/** Something drawn over the points that follows the view. */
export interface MapLayer {
  readonly element: Element;
  /** Draws it for the view as it is now; called with every picture of the points. */
  draw(): void;
}

/** A badge over a row. */
export interface Mark {
  readonly row: number;
  /** A number, or a few characters. */
  readonly text: string;
}
