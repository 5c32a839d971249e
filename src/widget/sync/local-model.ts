import type { KernelMessage, MapMessage, WidgetState } from "../../scope";
import type { WidgetModel } from "./connection";

type Listener = (message: KernelMessage, buffers: DataView[]) => void;

/** A widget model without a comm of its own: its state is given, and who makes it says what the kernel says. */
export abstract class LocalModel implements WidgetModel {
  private readonly listeners = new Set<Listener>();

  constructor(protected readonly state: WidgetState) {}

  abstract send(message: MapMessage, callbacks?: undefined, buffers?: ArrayBuffer[]): void;

  get<K extends keyof WidgetState>(key: K): WidgetState[K] {
    return this.state[key];
  }

  on(_event: "msg:custom", listener: Listener): void {
    this.listeners.add(listener);
  }

  off(_event: "msg:custom", listener: Listener): void {
    this.listeners.delete(listener);
  }

  /** The kernel says something. */
  hear(message: KernelMessage, buffers: DataView[]): void {
    for (const listener of this.listeners) listener(message, buffers);
  }
}
