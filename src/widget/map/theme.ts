import type { Theme } from "../../picture/palette";

/** The theme that an element shows: by the colour of its text, which JupyterLab's theme or the system has chosen. */
export function themeOf(element: Element): Theme {
  const [r = 0, g = 0, b = 0] =
    getComputedStyle(element)
      .color.match(/[\d.]+/g)
      ?.map(Number) ?? [];
  return 0.299 * r + 0.587 * g + 0.114 * b > 128 ? "dark" : "light";
}

/** Calls back when the notebook or the system changes its theme. Returns a function that stops it. */
export function onThemeChange(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  for (const element of [document.documentElement, document.body])
    observer.observe(element, {
      attributes: true,
      attributeFilter: ["class", "style", "data-jp-theme-light", "data-jp-theme-name"],
    });
  const query = matchMedia("(prefers-color-scheme: dark)");
  query.addEventListener("change", listener);
  return () => {
    observer.disconnect();
    query.removeEventListener("change", listener);
  };
}
