/** Gives tslab's server and handler what they lack: comms, parents, history, error messages. The same for our own kernel and a stock one. */
import { cellError, type CellError, type Complaint } from "./cell-error";
import { dispatch, isTslabType } from "./dispatch";
import type { Hub } from "./hub";
import { queueSends } from "./send-queue";
import type { ExecuteRequest, LoadedTslab, TslabHandler, TslabServer } from "./tslab";
import { peekType, type Header } from "./wire";

/** What tslab's executor has said about the cell that is running. */
export interface ComplaintLog {
  /** Returns and forgets it. */
  take(): readonly Complaint[];
}

const PATCHED = Symbol.for("latentscope.jupyter.patched");

/** Patches one copy of tslab. Takes effect at once, also for a server that is running. Idempotent; returns false when it was done before. */
export function patchTslab({ jupyter, zeromq }: LoadedTslab, hub: Hub, complaints: ComplaintLog): boolean {
  if (Object.hasOwn(jupyter.ZmqServer, PATCHED)) return false;
  Object.defineProperty(jupyter.ZmqServer, PATCHED, { value: true });
  const headers = new WeakMap<object, Header>();
  patchServer(jupyter.ZmqServer.prototype, hub, headers);
  patchHandler(jupyter.JupyterHandlerImpl.prototype, hub, headers, complaints);
  queueSends(zeromq.Publisher);
  queueSends(zeromq.Router);
  return true;
}

function patchServer(server: TslabServer, hub: Hub, headers: WeakMap<object, Header>): void {
  const { init, handleShellMessage, handleExecute, publishStatus } = server;
  function connect({ iopub, connInfo }: TslabServer): void {
    if (iopub && connInfo) hub.connect({ iopub, key: connInfo.key });
  }

  server.init = async function () {
    await init.call(this);
    connect(this);
  };
  server.handleShellMessage = async function (socket, ...frames) {
    connect(this);
    if (isTslabType(peekType(frames)) || !this.connInfo) return handleShellMessage.call(this, socket, ...frames);
    return dispatch(hub, this.connInfo.key, socket, frames);
  };
  // Cells wait in a queue, so their request is not their start; the handler below finds the header again by the content.
  server.handleExecute = function (socket, message) {
    headers.set(message.content, message.header);
    return handleExecute.call(this, socket, message);
  };
  server.publishStatus = function (status, parent) {
    if (!hub.ready) {
      // Nothing else has led to the connection of a first cell: this is its own "idle".
      hub.cell = parent.header;
      connect(this);
    }
    if (status === "idle") hub.settle(parent.header);
    publishStatus.call(this, status, parent);
  };
}

function patchHandler(
  handler: TslabHandler,
  hub: Hub,
  headers: WeakMap<object, Header>,
  complaints: ComplaintLog,
): void {
  const { handleExecute, handleExecuteImpl } = handler;
  const failures = new WeakMap<ExecuteRequest, CellError>();

  handler.handleExecuteImpl = async function (request, stream, display) {
    hub.cell = headers.get(request) ?? {};
    const { cell } = hub;
    const line = this.execCount + 1;
    hub.cellNumber = line;
    if (request.store_history !== false && !request.silent) hub.history.add(line, request.code);
    complaints.take();
    try {
      const count = await handleExecuteImpl.call(this, request, stream, display);
      // An in-memory module is kept in spite of its errors; they are no failure of the cell.
      for (const complaint of complaints.take()) if ("text" in complaint) stream("stderr", complaint.text);
      return count;
    } catch (thrown) {
      const said = complaints.take();
      const error = cellError(said.length > 0 ? said : [{ thrown }], request.code);
      failures.set(request, error);
      hub.publish("error", error, { parent: cell });
      // A rejection makes tslab abort the cells that wait, and those of the next 200 ms.
      if (request.stop_on_error === false && said.length > 0) return { count: line };
      throw thrown;
    } finally {
      await hub.displaysDone();
    }
  };
  handler.handleExecute = async function (request, stream, display) {
    const reply = await handleExecute.call(this, request, stream, display);
    const failure = failures.get(request);
    if (failure) return { ...reply, ...failure, status: "error" };
    // tslab says "abort" for a cell that did not run because an earlier one failed.
    if (reply.status === "abort") return { ...reply, status: "aborted" };
    return { ...reply, payload: [], user_expressions: {} };
  };
}
