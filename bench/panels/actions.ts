/** What is done in the application, by its own controls. */
function control<T extends HTMLElement>(selector: string): T {
  const found = document.querySelector<T>(selector);
  if (!found) throw new Error(`The application has no ${selector}.`);
  return found;
}

const click = (selector: string): void => control(selector).click();
const named = (name: string): string => `[aria-label="${name}"]`;

function choose(selector: string, value: string): void {
  const select = control<HTMLSelectElement>(selector);
  select.value = value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

function type(selector: string, text: string): void {
  const input = control<HTMLInputElement>(selector);
  input.value = text;
  input.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

function press(selector: string, key: string, options: KeyboardEventInit = {}): void {
  control(selector).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...options }));
}

/** Clicks a button by its words. */
function clickText(text: string): void {
  const found = [...document.querySelectorAll<HTMLElement>("button")].find((button) => button.textContent === text);
  if (!found) throw new Error(`The application has no button "${text}".`);
  found.click();
}

/** Writes into an input of a popover that opens with the next frame, and presses Enter. */
function submit(opener: string, selector: string, text: string): void {
  click(opener);
  const begin = () => {
    if (!document.querySelector(selector)) return void requestAnimationFrame(begin);
    type(selector, text);
    requestAnimationFrame(() => press(selector, "Enter"));
  };
  begin();
}

/** By name, in an order in which each finds what it needs. */
export const actions = {
  "recolour by numbers": () => choose(".ls-colour-by", "column year"),
  "brush a range": () => press('.ls-handle[aria-label="year, from"]', "PageUp"),
  "brush on": () => press('.ls-handle[aria-label="year, from"]', "ArrowRight"),
  "select what passes": () => clickText("Select these"),
  "end brushing": () => clickText("Clear all"),
  "summary by cluster": () => click(named("What the selection is made of")),
  "summary by a column": () => choose(".ls-popover select", "words"),
  "clear selection": () => click(named("Clear selection")),
  "recolour by numbers on a log scale": () => choose(".ls-colour-by", "column words"),
  "recolour by categories": () => choose(".ls-colour-by", "column party"),
  "filter by a category": () => click(".ls-category"),
  "filter by one more": () => click(".ls-category:nth-child(2)"),
  "end filtering": () => clickText("Clear all"),
  "recolour by clusters": () => choose(".ls-colour-by", "cluster"),
  "open the table": () => click('[role="tab"][id$="-rows"]'),
  "sort by row, descending": () => {
    click(named("Sort by row"));
    requestAnimationFrame(() => click(named("Sort by row")));
  },
  "sort by cluster": () => click(named("Sort by cluster")),
  "sort by a column": () => click(named("Sort by year")),
  "search by text": () => type("[data-search]", "text"),
  "search by meaning": () => press("[data-search]", "Enter"),
  "sort by similarity": () => click(named("Sort by similarity")),
  "colour by similarity": () => click(".ls-summary-line [aria-pressed]"),
  "filter to what is found": () => click(named("Filter to the rows with the text")),
  "select what is found": () => click(named("Select the rows with the text")),
  "end the search": () => type("[data-search]", ""),
  "sort the selection by cluster": () => click(named("Sort by cluster")),
  "take the filter away": () => clickText("Clear all"),
  "list the clusters": () => click('[role="tab"][id$="-clusters"]'),
  "tag the selection": () => submit(named("Tag…"), named("New tag"), "check"),
  "recolour by tags": () => choose(".ls-colour-by", "tags"),
  "move the selection": () => submit(named("Move to…"), named("Cluster"), "Elsewhere"),
  "undo the move": () => press(".ls-map", "z", { ctrlKey: true }),
  "delete the selection": () => click(named("Delete rows")),
  "undo the deletion": () => press(".ls-map", "z", { ctrlKey: true }),
  "select a cluster": () => click('.ls-panel [role="row"]'),
  "filter to a cluster": () => click(named("Filter to cluster 0")),
  "take that away": () => clickText("Clear all"),
  deselect: () => click(named("Clear selection")),
} satisfies Record<string, () => void>;

export type ActionName = keyof typeof actions;
