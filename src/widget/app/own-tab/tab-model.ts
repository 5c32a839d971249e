import type { MapMessage, WidgetState } from "../../../scope";
import { LocalModel } from "../../sync/local-model";
import type { FromTab } from "./messages";

/** The widget model of a map in a tab of its own: what it sends goes through the notebook that opened the tab. */
export class TabModel extends LocalModel {
  private ended = false;

  constructor(
    state: WidgetState,
    private readonly port: MessagePort,
  ) {
    super(state);
  }

  /** @throws Error when the notebook has gone, as the model of a kernel that has gone does */
  override send(message: MapMessage, _callbacks?: undefined, buffers: ArrayBuffer[] = []): void {
    if (this.ended) throw new Error("Cannot send");
    const said: FromTab = { message, buffers };
    this.port.postMessage(said);
  }

  /** Nothing can be sent any more. */
  end(): void {
    this.ended = true;
  }
}
