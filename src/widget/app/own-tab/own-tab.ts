import type { WidgetModel } from "../../sync/connection";
import type { ScopeStore } from "../../sync/scope-store";
import { HELLO } from "./messages";
import { relay } from "./relay";

const BLOCKED = "The browser has blocked the tab. Allow this page to open pop-ups, then try again.";

/** The map of a view in a browser tab of its own: another view of the same model. It lives as long as the view. */
export class OwnTab {
  private readonly abort = new AbortController();
  private readonly urls: string[] = [];
  private tab: Window | null = null;
  private endRelay = () => {};

  constructor(
    private readonly model: WidgetModel,
    private readonly root: Element,
  ) {}

  /** Whether this page can have one: one that was opened as a file shares nothing with other pages. */
  static get possible(): boolean {
    return origin !== "null";
  }

  /** Opens the tab, or brings it to the front. Warns where the browser does not let it. */
  open(store: ScopeStore): void {
    if (this.tab && !this.tab.closed) return this.tab.focus();
    if (!this.urls.length) this.prepare(store);
    this.tab = window.open(this.urls[0]);
    if (!this.tab) store.warn(BLOCKED);
  }

  /** The tab stays as it is, and says that it stands alone. */
  end(): void {
    this.abort.abort();
    this.endRelay();
    for (const url of this.urls) URL.revokeObjectURL(url);
  }

  private prepare(store: ScopeStore): void {
    const { signal } = this.abort;
    const script = blobUrl("text/javascript", `import { mountTab } from "${import.meta.url}"; mountTab();`);
    this.urls.push(blobUrl("text/html", page(script)), script);
    const greet = ({ data, source, ports: [port] }: MessageEvent) => {
      if (data !== HELLO || source === null || source !== this.tab) return;
      this.endRelay();
      this.endRelay = relay(port, this.tab, this.model, store, this.root);
    };
    window.addEventListener("message", greet, { signal });
    window.addEventListener("pagehide", () => this.endRelay(), { signal });
  }
}

function blobUrl(type: string, text: string): string {
  return URL.createObjectURL(new Blob([text], { type }));
}

// the script has an address, because a page's content security policy may forbid it in the page itself
const page = (script: string) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Map</title>
<body>
<script type="module" src="${script}"></script>
</body>
</html>
`;
