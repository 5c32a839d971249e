/**
 * Whether a view fills the screen, and how it begins and ends to. Where the browser does not let it (an output in a frame without that permission),
 * the view fills the window.
 */
export class FullScreen {
  private readonly abort = new AbortController();

  /** @param onChange called with whether it is filled now */
  constructor(
    private readonly root: HTMLElement,
    private readonly onChange: (full: boolean) => void,
  ) {
    document.addEventListener("fullscreenchange", () => this.tell(), { signal: this.abort.signal });
  }

  get full(): boolean {
    return document.fullscreenElement === this.root || this.root.hasAttribute("data-fills-window");
  }

  async toggle(): Promise<void> {
    const { root } = this;
    if (document.fullscreenElement === root) return document.exitFullscreen();
    if (root.hasAttribute("data-fills-window")) root.removeAttribute("data-fills-window");
    else
      try {
        await root.requestFullscreen();
      } catch {
        // refused, or not there at all
        root.setAttribute("data-fills-window", "");
      }
    this.tell();
  }

  end(): void {
    this.abort.abort();
    this.root.removeAttribute("data-fills-window");
  }

  private tell(): void {
    this.onChange(this.full);
  }
}
