import type { KernelMessage, MapMessage, RowDetail, WidgetState } from "../../scope";
import { LocalModel } from "../sync/local-model";

/** What a page holds of a scope. */
export interface PageContents {
  readonly state: WidgetState;
  /** The application, gzipped. */
  readonly application: DataView;
  /** Texts and columns of all rows; null in a page without them. */
  rows(): Promise<readonly RowDetail[] | null>;
}

const NOT_KEPT =
  "This page is a copy of the map: edits made here are not kept. Make them in the notebook that it is from.";
const NEEDS_KERNEL = "This page is a copy of the map, without a kernel. Do this in the notebook that it is from.";
const NO_TEXTS = "(This page holds no texts.)";

/** A widget model whose kernel is the page itself: it looks things up and refuses to change any. */
export class StandIn extends LocalModel {
  private selections = 0;

  constructor(private readonly contents: PageContents) {
    super(contents.state);
  }

  override send(message: MapMessage, _callbacks?: undefined, buffers: ArrayBuffer[] = []): void {
    void this.answer(message, buffers);
  }

  private async answer(message: MapMessage, buffers: ArrayBuffer[]): Promise<void> {
    const { state, application } = this.contents;
    // an answer never comes before what asked for it is done
    await Promise.resolve();
    switch (message.type) {
      case "ping":
        return this.say({ type: "pong", id: message.id, revision: state.revision });
      case "app":
        return this.say({ type: "app", id: message.id, hash: state.app, part: 0, parts: 1 }, application);
      case "rows":
        return this.say({ type: "rows", id: message.id, rows: await this.details(message.rows) });
      case "select":
        this.selections++;
        return this.say(
          { type: "selection", id: message.id, revision: state.selectionRevision + this.selections },
          new DataView(buffers[0]),
        );
      case "find":
        return this.find(message.id, message.text);
      case "columns":
        return this.columns(message.id);
      case "look":
        return this.say({ type: "look", look: message.look });
      case "entries":
        return;
      case "edit":
      case "relabel":
        return this.say({ type: "refused", id: message.id, code: "not-writable", message: NOT_KEPT });
      default:
        return this.say({ type: "refused", id: message.id, code: "not-found", message: NEEDS_KERNEL });
    }
  }

  private async details(wanted: readonly number[]): Promise<RowDetail[]> {
    const rows = await this.contents.rows();
    return wanted.map((row) => rows?.[row] ?? { row, text: NO_TEXTS, columns: [] });
  }

  /** A page has the values of columns as they are read, and no numbers to colour or to sort by. */
  private async columns(id: string): Promise<void> {
    const [first] = (await this.contents.rows()) ?? [];
    const columns = (first?.columns ?? []).map(([name]) => ({ name, kind: "text" as const }));
    this.say({ type: "columns", id, columns });
  }

  private async find(id: string, text: string): Promise<void> {
    const wanted = text.toLowerCase();
    const rows = (await this.contents.rows()) ?? [];
    const found = rows.filter((row) => row.text?.toLowerCase().includes(wanted)).map(({ row }) => row);
    this.say({ type: "found", id, part: 0, parts: 1 }, new DataView(Uint32Array.from(found).buffer));
  }

  private say(message: KernelMessage, ...buffers: DataView[]): void {
    this.hear(message, buffers);
  }
}
