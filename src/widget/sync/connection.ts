import { ownBytes, type KernelMessage, type MapMessage, type WidgetState } from "../../scope";

/** A message of the kernel with its buffers. */
export type KernelSays = readonly [message: KernelMessage, buffers: DataView[]];

/** What is used of anywidget's model (https://anywidget.dev/en/afm/). */
export interface WidgetModel {
  get<K extends keyof WidgetState>(key: K): WidgetState[K];
  on(event: "msg:custom", listener: (content: KernelMessage, buffers: DataView[]) => void): void;
  off(event: "msg:custom", listener: (content: KernelMessage, buffers: DataView[]) => void): void;
  send(content: MapMessage, callbacks?: undefined, buffers?: ArrayBuffer[]): void;
}

/** One end of the wire. Sending never throws: a model whose kernel has gone says so by returning false. */
export interface Connection {
  send(message: MapMessage, buffers?: ArrayBuffer[]): boolean;
}

export function connect(model: WidgetModel): Connection {
  return {
    send(message, buffers) {
      try {
        model.send(message, undefined, buffers);
        return true;
      } catch {
        // after a restart of the kernel the old model stays on the page and throws "Cannot send"
        return false;
      }
    },
  };
}

/** Ids that no other page makes. (`crypto.randomUUID` is missing on plain-http servers.) */
export function idMaker(): () => string {
  const prefix = Array.from(crypto.getRandomValues(new Uint8Array(8)), (b) => b.toString(16).padStart(2, "0")).join("");
  let count = 0;
  return () => `${prefix}-${++count}`;
}

/** The bytes of a typed array in a buffer of their own: the wire takes whole buffers, whatever part a view shows. */
export function ownBuffer(values: Uint32Array): ArrayBuffer {
  return values.slice().buffer;
}

/** The positions in an array of their own: what arrives may not be aligned to two bytes. */
export function ownPositions(view: DataView, rows: number): Uint16Array {
  return new Uint16Array(ownBytes(view), 0, 2 * rows);
}
