/**
 * The comm by which a front end asks for the state of all widgets at once, when a page is opened or reloaded.
 * https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/messages.md#the-jupyterwidgetcontrol-comm-target
 */
import { removeBuffers } from "./buffers";
import type { Comm } from "./comm";
import type { Hub } from "./hub";

const CONTROL_TARGET = "jupyter.widget.control";

/** Answers `request_states`. Idempotent. */
export function serveWidgetControl(hub: Hub): void {
  hub.targets.set(CONTROL_TARGET, (comm) => {
    comm.onMessage = ({ data }) => {
      if (data.method === "request_states") sendStates(hub, comm);
    };
  });
}

function sendStates(hub: Hub, comm: Comm): void {
  const all: Record<string, unknown> = {};
  for (const { id, fullState } of hub.models.values()) {
    all[id] = {
      model_name: fullState._model_name,
      model_module: fullState._model_module,
      model_module_version: fullState._model_module_version,
      state: fullState,
    };
  }
  const { state, buffers, paths } = removeBuffers(all);
  comm.send({ method: "update_states", states: state, buffer_paths: paths }, { buffers });
}
