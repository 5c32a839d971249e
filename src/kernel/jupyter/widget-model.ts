import { inspect } from "node:util";
import { attach } from "./attach";
import { putBuffers, removeBuffers, type BufferPath } from "./buffers";
import type { MimeBundle } from "./cell-display";
import { Comm, type CommMessage } from "./comm";
import { getHub, type Parent } from "./hub";
import { displaySymbol } from "./rich-display";
import { asDataView } from "./wire";

/** Version of the widget messages that is spoken here. */
const WIDGET_PROTOCOL = "2.1.0";

const VIEW_MIME = "application/vnd.jupyter.widget-view+json";

export interface WidgetModelOptions<State extends object> {
  /** Source of the ES module that anywidget loads. Keep it small: it is sent with every model. */
  readonly esm: string;
  readonly css?: string;
  readonly state: State;
  /** Values of the state that are made anew for each page that asks for the whole of it. */
  readonly late?: () => Partial<State>;
  /** What is shown where there are no widgets (text/plain). */
  readonly text: string;
}

/** Receives a custom message of the page. An error is reported; "idle" waits for the promise. */
export type MessageListener<In> = (message: In, buffers: readonly DataView[]) => void | Promise<void>;

/**
 * An anywidget model: state that kernel and page share, and custom messages. All its views, in however many cells, show this one model.
 * Typed arrays in the state and in messages travel as binary buffers; they are sent without a copy, so do not change them afterwards.
 *
 * @typeParam State - the model's own state
 * @typeParam In - custom messages from the page
 * @typeParam Out - custom messages to the page
 */
export class WidgetModel<State extends object, In = unknown, Out = unknown> {
  readonly #hub = getHub();
  readonly #comm: Comm;
  readonly #text: string;
  readonly #anywidget: Readonly<Record<string, unknown>>;
  readonly #late: () => Partial<State>;
  #state: State;
  /** Keys that are to be sent, and the parent of the first of these changes. */
  readonly #dirty = new Set<string>();
  #dirtyParent: Parent = {};
  readonly #flush = () => this.#sendDirty();
  readonly #messageListeners = new Set<MessageListener<In>>();
  readonly #changeListeners = new Set<(changed: Partial<State>) => void | Promise<void>>();
  #closed = false;

  /** Opens the model in all pages. Throws when this process is no Jupyter kernel. */
  constructor(options: WidgetModelOptions<State>) {
    if (attach() === "not-jupyter") throw new Error("A widget can only be made in a Jupyter kernel (tslab).");
    this.#text = options.text;
    this.#state = { ...options.state };
    this.#late = options.late ?? (() => ({}));
    this.#anywidget = anywidgetState(options);
    this.#comm = new Comm(this.#hub, "jupyter.widget");
    this.#comm.onMessage = (message) => this.#receive(message);
    this.#comm.onClose = () => this.#forget();
    this.#hub.models.set(this.id, this);
    const { state, buffers, paths } = removeBuffers({ ...this.#anywidget, ...this.#state });
    this.#comm.open({ state, buffer_paths: paths }, { metadata: { version: WIDGET_PROTOCOL }, buffers });
  }

  get id(): string {
    return this.#comm.id;
  }

  get state(): Readonly<State> {
    return this.#state;
  }

  /** The state with anywidget's own keys. */
  get fullState(): Readonly<Record<string, unknown>> {
    return { ...this.#anywidget, ...this.#state, ...this.#late() };
  }

  /** Changes the state in kernel and pages. Changes of one tick are sent together, the newest value of each key only. */
  update(part: Partial<State>): void {
    this.updateSilently(part);
    if (this.#closed) return;
    if (this.#dirty.size === 0) this.#dirtyParent = this.#hub.parent;
    for (const key of Object.keys(part)) this.#dirty.add(key);
    this.#hub.atEndOfTick(this.#flush);
  }

  /** Changes what a page gets that comes later (or is reloaded); nothing is sent now. */
  updateSilently(part: Partial<State>): void {
    this.#state = { ...this.#state, ...part };
  }

  /** Sends a custom message to every page, after all earlier updates. */
  send(message: Out, buffers: readonly ArrayBufferView[] = []): void {
    if (this.#closed) return;
    this.#sendDirty();
    this.#comm.send({ method: "custom", content: message }, { buffers });
  }

  /** Listens to custom messages of the pages. Returns a function that stops it. */
  onMessage(listener: MessageListener<In>): () => void {
    this.#messageListeners.add(listener);
    return () => void this.#messageListeners.delete(listener);
  }

  /** Listens to changes of the state that pages have made. Returns a function that stops it. */
  onChange(listener: (changed: Partial<State>) => void | Promise<void>): () => void {
    this.#changeListeners.add(listener);
    return () => void this.#changeListeners.delete(listener);
  }

  /** A view of this model, as output of a cell. */
  mimebundle(): MimeBundle {
    return {
      "text/plain": this.#text,
      [VIEW_MIME]: { version_major: 2, version_minor: 1, model_id: this.id },
    };
  }

  /** Shows one more view in the current cell. `fallback`: further MIME types of the same output, for where there are no widgets. */
  display(fallback: MimeBundle = {}): void {
    this.#hub.display({ ...fallback, ...this.mimebundle() });
  }

  /** Closes the model in all pages. Later updates change nothing there. */
  close(): void {
    if (this.#closed) return;
    this.#sendDirty();
    this.#forget();
    this.#comm.close();
  }

  [displaySymbol](): MimeBundle {
    return this.mimebundle();
  }

  [inspect.custom](): string {
    return this.#text;
  }

  #forget(): void {
    this.#closed = true;
    this.#dirty.clear();
    this.#hub.models.delete(this.id);
  }

  #sendDirty(): void {
    if (this.#dirty.size === 0) return;
    const all = { ...this.#state } as Record<string, unknown>;
    const changed = Object.fromEntries([...this.#dirty].map((key) => [key, all[key]]));
    this.#dirty.clear();
    this.#sendState("update", changed, this.#dirtyParent);
  }

  #sendState(method: "update" | "echo_update", part: object, parent?: Parent): void {
    const { state, buffers, paths } = removeBuffers(part);
    this.#comm.send({ method, state, buffer_paths: paths }, { buffers, parent });
  }

  async #receive({ data, buffers }: CommMessage): Promise<void> {
    switch (data.method) {
      case "request_state":
        this.#sendDirty();
        return this.#sendState("update", this.fullState);
      case "custom": {
        const views = buffers.map(asDataView);
        return this.#call(this.#messageListeners, (listener) => listener(data.content as In, views));
      }
      case "update": {
        const paths = (data.buffer_paths ?? []) as readonly BufferPath[];
        const changed = putBuffers({ ...(data.state as object) }, paths, buffers.map(asDataView)) as Partial<State>;
        // The echo tells the other pages on this kernel; it comes first, so that what a listener sets is newer.
        this.#sendState("echo_update", changed);
        this.updateSilently(changed);
        return this.#call(this.#changeListeners, (listener) => listener(changed));
      }
    }
  }

  /** Calls all listeners, also when one of them fails, and waits for them. */
  async #call<L>(listeners: ReadonlySet<L>, call: (listener: L) => void | Promise<void>): Promise<void> {
    const running = [...listeners].map(async (listener) => call(listener));
    for (const result of await Promise.allSettled(running)) {
      if (result.status === "rejected") this.#hub.report("A widget's listener failed", result.reason);
    }
  }
}

function anywidgetState({ esm, css }: WidgetModelOptions<object>): Record<string, unknown> {
  return {
    _model_module: "anywidget",
    _model_name: "AnyModel",
    // A semver range over the anywidget that is installed beside JupyterLab; its releases are 0.x, and "~0.9" would refuse 0.11.
    _model_module_version: "*",
    _view_module: "anywidget",
    _view_name: "AnyView",
    _view_module_version: "*",
    _view_count: null,
    _anywidget_id: "latentscope",
    _esm: esm,
    ...(css === undefined ? {} : { _css: css }),
  };
}
