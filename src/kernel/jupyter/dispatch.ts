/** Answers the messages that tslab does not know: comms, history, interrupt. */
import { Comm } from "./comm";
import type { Hub } from "./hub";
import type { Socket } from "./send-queue";
import { decodeMessage, type Message } from "./wire";

/** What tslab answers itself. */
const TSLAB_TYPES = new Set([
  "kernel_info_request",
  "execute_request",
  "is_complete_request",
  "inspect_request",
  "complete_request",
  "shutdown_request",
]);

/** Whether tslab answers this type. All others, known or not, are for {@link dispatch}. */
export function isTslabType(type: string | undefined): boolean {
  return type !== undefined && TSLAB_TYPES.has(type);
}

/** Handles one message: "busy", the answer, "idle". Never rejects: errors of handlers are reported and the kernel goes on. */
export async function dispatch(hub: Hub, key: string, socket: Socket, frames: readonly Buffer[]): Promise<void> {
  let message: Message;
  try {
    message = decodeMessage(key, frames);
  } catch (error) {
    hub.report("A message from the notebook was dropped", error);
    return;
  }
  const { header } = message;
  hub.publish("status", { execution_state: "busy" }, { parent: header });
  try {
    await hub.handling(header, () => answer(hub, socket, message));
  } catch (error) {
    hub.report(`The handler of a ${header.msg_type} failed`, error);
  } finally {
    hub.settle(header);
    hub.publish("status", { execution_state: "idle" }, { parent: header });
  }
}

function answer(hub: Hub, socket: Socket, message: Message): void | Promise<void> {
  if (message.header.msg_type.startsWith("comm_")) hub.pageSeen = true;
  switch (message.header.msg_type) {
    case "comm_info_request":
      return hub.reply(socket, message, "comm_info_reply", { status: "ok", comms: listComms(hub, message) });
    case "comm_open":
      return openComm(hub, message);
    case "comm_msg":
      return hub.comms.get(commId(message))?.onMessage?.(commMessage(message));
    case "comm_close":
      return closeComm(hub, message);
    case "history_request":
      return hub.reply(socket, message, "history_reply", { status: "ok", history: hub.history.query(message.content) });
    case "interrupt_request":
      // Where there are no signals (Windows); the listener of SIGINT does the rest.
      process.emit("SIGINT", "SIGINT");
      return hub.reply(socket, message, "interrupt_reply", { status: "ok" });
    default:
      // Messages of extensions that this kernel does not offer are ignored, as the protocol asks.
      return;
  }
}

function listComms(hub: Hub, { content }: Message): Record<string, { target_name: string }> {
  const asked = [...hub.comms.values()].filter(({ target }) => !content.target_name || content.target_name === target);
  return Object.fromEntries(asked.map(({ id, target }) => [id, { target_name: target }]));
}

function openComm(hub: Hub, message: Message): void | Promise<void> {
  const name = String(message.content.target_name);
  const comm = new Comm(hub, name, commId(message));
  const target = hub.targets.get(name);
  if (!target) return comm.close(); // so that the front end does not wait for ever
  hub.comms.set(comm.id, comm);
  return target(comm, commMessage(message));
}

function closeComm(hub: Hub, message: Message): void | Promise<void> {
  const comm = hub.comms.get(commId(message));
  hub.comms.delete(commId(message));
  return comm?.onClose?.();
}

function commId({ content }: Message): string {
  return String(content.comm_id);
}

function commMessage({ content, buffers }: Message) {
  const data = typeof content.data === "object" && content.data !== null ? content.data : {};
  return { data: data as Readonly<Record<string, unknown>>, buffers };
}
