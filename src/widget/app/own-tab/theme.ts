import type { Theme } from "../../../picture/palette";
import { themeOf } from "../../map/theme";

/** The properties of JupyterLab's themes that the style sheets of the map use. */
const PROPERTIES = [
  "--jp-layout-color0",
  "--jp-layout-color1",
  "--jp-layout-color2",
  "--jp-border-color2",
  "--jp-ui-font-color1",
  "--jp-ui-font-color2",
  "--jp-ui-font-family",
  "--jp-brand-color1",
] as const;

/** How a notebook looks, for a map elsewhere. */
export interface TabTheme {
  readonly theme: Theme;
  /** Name and value of each property; an empty value where the notebook has none. */
  readonly properties: readonly (readonly [name: string, value: string])[];
}

/** The theme that a view has from its notebook. */
export function readTheme(root: Element): TabTheme {
  const style = getComputedStyle(root);
  return {
    theme: themeOf(root),
    properties: PROPERTIES.map((name) => [name, style.getPropertyValue(name)] as const),
  };
}

/** Gives this page the theme. */
export function applyTheme({ theme, properties }: TabTheme): void {
  const { style } = document.documentElement;
  style.colorScheme = theme;
  for (const [name, value] of properties) style.setProperty(name, value);
}
