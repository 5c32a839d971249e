/** An output of a cell in JupyterLab and Notebook 7. */
const OUTPUT = ".jp-OutputArea-child";

/**
 * Hides the picture of a scope that follows its map among the outputs of a cell: a saved notebook shows it where no map comes alive. By a style
 * sheet, because the picture comes later than the map. Elsewhere than in such an output nothing happens. Returns a function that shows it again.
 */
export function hideSavedPicture(el: Element, scope: string): () => void {
  const name = CSS.escape(scope);
  const sheet = document.createElement("style");
  sheet.textContent = `[data-latentscope-view="${name}"]~${OUTPUT}:has([data-latentscope-picture="${name}"]){display:none}`;
  el.append(sheet);
  let output: HTMLElement | null = null;
  const mark = (): void => {
    output = el.closest<HTMLElement>(OUTPUT);
    if (output) output.dataset.latentscopeView = scope;
  };
  mark();
  // a view is rendered before it is put into its output: then it gets its size
  const observer = new ResizeObserver(mark);
  observer.observe(el);
  return () => {
    observer.disconnect();
    delete output?.dataset.latentscopeView;
    sheet.remove();
  };
}
