import { batch, effect, signal } from "@preact/signals";
import {
  LatentScopeError,
  previewEdit,
  type Cluster,
  type Content,
  type SplitEdit,
  type SplitOptions,
} from "../../../scope";
import type { Ui } from "../ui";
import { showPreview } from "./preview";

/** A split that is being looked at before it is made: asked of the kernel, shown on the map, its labels edited. */
export class SplitSession {
  readonly kind = "split";
  readonly options = signal<SplitOptions>({});
  readonly proposal = signal<SplitEdit | null>(null);
  /** The labels of the parts as edited. */
  readonly labels = signal<readonly string[]>([]);
  /** Why there is no proposal. */
  readonly problem = signal("");
  private question = 0;
  private applying = false;
  /** The contents that the proposal makes of these. */
  private base: { readonly proposal: SplitEdit; readonly content: Content; readonly preview: Content } | null = null;
  private readonly stop: () => void;

  constructor(
    private readonly ui: Ui,
    readonly cluster: Cluster,
  ) {
    this.ask({});
    this.stop = effect(() => this.preview());
  }

  /** Asks for parts; answers to earlier questions no longer count. */
  ask(options: SplitOptions): void {
    const question = ++this.question;
    batch(() => {
      this.options.value = options;
      this.proposal.value = null;
      this.problem.value = "";
    });
    this.ui.proposals.proposeSplit(this.cluster.id, options).then(
      (proposal) => {
        if (question !== this.question) return;
        batch(() => {
          this.labels.value = proposal.parts.map(({ label }) => label);
          this.proposal.value = proposal;
        });
      },
      (error: unknown) => {
        if (question === this.question) this.problem.value = error instanceof Error ? error.message : String(error);
      },
    );
  }

  relabel(part: number, label: string): void {
    this.labels.value = this.labels.value.map((before, i) => (i === part ? label : before));
  }

  /** Makes the split. Returns false, with a notice, when it does not fit. */
  apply(): boolean {
    const proposal = this.proposal.peek();
    if (!proposal) return false;
    const labels = this.labels.peek();
    const parts = proposal.parts.map((part, i) =>
      labels[i] === part.label ? part : { ...part, label: labels[i], labelSource: "user" as const, labelModel: null },
    );
    // what it makes of the scope is not to be previewed
    this.applying = true;
    const made = this.ui.store.edit({ ...proposal, parts });
    this.applying = false;
    if (made) this.ui.dialog.value = null;
    return made;
  }

  end(): void {
    this.question++;
    this.stop();
    showPreview(this.ui, "split", null);
  }

  private preview(): void {
    const { ui } = this;
    const content = ui.content.value;
    const proposal = this.proposal.value;
    const labels = this.labels.value;
    if (this.applying) return;
    if (!content.clusters.some(({ id }) => id === this.cluster.id)) {
      ui.dialog.value = null;
      ui.store.warn(`The cluster “${this.cluster.label}” is gone: there is nothing to split any more.`);
      return;
    }
    if (!proposal) return showPreview(ui, "split", null);
    const { state } = ui.store.snapshot;
    try {
      if (this.base?.proposal !== proposal || this.base.content !== content)
        this.base = { proposal, content, preview: previewEdit(state, proposal) };
    } catch (error) {
      if (!(error instanceof LatentScopeError)) throw error;
      // its rows have changed
      return this.ask(this.options.peek());
    }
    const { preview } = this.base;
    const clusters = preview.clusters.map((cluster) => {
      const label = cluster.id < state.nextCluster ? undefined : labels[cluster.id - state.nextCluster]?.trim();
      return label ? { ...cluster, label } : cluster;
    });
    showPreview(ui, "split", { ...preview, clusters });
  }
}
