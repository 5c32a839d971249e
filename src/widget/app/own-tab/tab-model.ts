import type { KernelMessage, MapMessage, WidgetState } from "../../../scope";
import type { WidgetModel } from "../../sync/connection";
import type { FromTab } from "./messages";

type Listener = (message: KernelMessage, buffers: DataView[]) => void;

/** The widget model of a map in a tab of its own: what it sends goes through the notebook that opened the tab. */
export class TabModel implements WidgetModel {
  private readonly listeners = new Set<Listener>();
  private ended = false;

  constructor(
    private readonly state: WidgetState,
    private readonly port: MessagePort,
  ) {}

  get<K extends keyof WidgetState>(key: K): WidgetState[K] {
    return this.state[key];
  }

  on(_event: "msg:custom", listener: Listener): void {
    this.listeners.add(listener);
  }

  off(_event: "msg:custom", listener: Listener): void {
    this.listeners.delete(listener);
  }

  /** @throws Error when the notebook has gone, as the model of a kernel that has gone does */
  send(message: MapMessage, _callbacks?: undefined, buffers: ArrayBuffer[] = []): void {
    if (this.ended) throw new Error("Cannot send");
    const said: FromTab = { message, buffers };
    this.port.postMessage(said);
  }

  /** The kernel has said something. */
  hear(message: KernelMessage, buffers: DataView[]): void {
    for (const listener of this.listeners) listener(message, buffers);
  }

  /** Nothing can be sent any more. */
  end(): void {
    this.ended = true;
  }
}
