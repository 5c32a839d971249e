/** Attachment to a stock tslab kernel, at import of the library in one of its cells. */
import { readFileSync } from "node:fs";
import { cellError } from "./cell-error";
import { ExecutorStderr } from "./executor-stderr";
import { getHub, type Connection, type Hub, type Parent } from "./hub";
import { watchLastExpressions } from "./last-expression";
import { patchTslab } from "./patch";
import { displayRich } from "./rich-display";
import type { Socket } from "./send-queue";
import { connectionFile, loadedTslabs, type LoadedTslab } from "./tslab";
import { serveWidgetControl } from "./widget-control";
import { asBuffer, decodeMessage } from "./wire";

/**
 * "ready": messages go out; "deferred": they wait for the end of the running cell; "not-jupyter": this is no tslab kernel, and nothing was done.
 */
export type Attachment = "ready" | "deferred" | "not-jupyter";

/** Makes comms work in the kernel that runs this code. In our own kernel they already do; a stock one is patched. Idempotent. */
export function attach(): Attachment {
  const hub = getHub();
  if (hub.ready) return "ready";
  const configPath = connectionFile();
  const copies = loadedTslabs();
  if (!configPath || copies.length === 0) return "not-jupyter";
  for (const copy of copies) attachTo(copy, hub);
  watchLastExpressions((value) => displayRich(hub, value));
  for (const { jupyter, zeromq } of copies) {
    if (hub.ready || !jupyter.lastWriteDisplayData) continue;
    const found = probe({ jupyter, zeromq }, configPath);
    if (!found) continue;
    // No limit to what waits for the pages that are open now (see kernel-classes.ts). Once and no more: it is not safe while a page goes away.
    found.connection.iopub.sendHighWaterMark = 0;
    hub.cell = found.cell;
    hub.connect(found.connection);
  }
  return hub.ready ? "ready" : "deferred";
}

function attachTo(tslab: LoadedTslab, hub: Hub): void {
  const errors = new ExecutorStderr();
  if (!patchTslab(tslab, hub, errors)) return;
  serveWidgetControl(hub);
  // First of all listeners: work is told to stop before tslab ends the cell that awaits it.
  process.prependListener("SIGINT", () => void hub.interrupt());

  const handler = tslab.jupyter.JupyterHandlerImpl.prototype;
  const { createWriteToIopub } = handler;
  handler.createWriteToIopub = function (name, stream) {
    const write = createWriteToIopub.call(this, name, stream);
    return name === "stderr" ? errors.watch(write) : write;
  };
  if (!tslab.jupyter.lastWriteDisplayData) return;
  // The cell that is running now has its streams already, and its handler was called before it was patched.
  process.stderr.write = errors.watch(process.stderr.write.bind(process.stderr)) as typeof process.stderr.write;
  hub.idleListeners.add(function endOfFirstCell(request: Parent) {
    if (request.msg_id !== hub.cell.msg_id) return;
    hub.idleListeners.delete(endOfFirstCell);
    const complaints = errors.take();
    if (complaints.length > 0) hub.publish("error", cellError(complaints, ""), { parent: request });
  });
}

/**
 * The connection, in the first cell of a stock kernel. No message comes while it runs, and its server is in a closure that only tslab's display
 * function reaches. So that function is called once while `Publisher.prototype.send` is replaced: nothing goes out, and the message it wanted to
 * send names the socket and the cell. The key is in the connection file; the signature of that message shows whether it is the right one.
 */
function probe(
  { jupyter, zeromq }: LoadedTslab,
  configPath: string,
): { connection: Connection; cell: Parent } | undefined {
  const { prototype } = zeromq.Publisher;
  const own = Object.getOwnPropertyDescriptor(prototype, "send");
  const caught: { iopub: Socket; frames: readonly (string | Buffer)[] }[] = [];
  Object.defineProperty(prototype, "send", {
    configurable: true,
    value(this: Socket, frames: readonly (string | Buffer)[]) {
      caught.push({ iopub: this, frames });
      return Promise.resolve();
    },
  });
  try {
    jupyter.lastWriteDisplayData?.({ data: {}, metadata: {}, transient: { display_id: "latentscope-probe" } }, true);
  } finally {
    if (own) Object.defineProperty(prototype, "send", own);
    else Reflect.deleteProperty(prototype, "send");
  }
  if (caught.length === 0) return undefined;
  const [{ iopub, frames }] = caught;
  const { key } = JSON.parse(readFileSync(configPath, "utf8")) as { key: string };
  try {
    const message = decodeMessage(
      key,
      frames.map((frame) => (typeof frame === "string" ? Buffer.from(frame) : asBuffer(frame))),
    );
    return { connection: { iopub, key }, cell: message.parent };
  } catch {
    return undefined; // another key than the file's: the server itself will be seen when the cell ends
  }
}
