import type { TableFormat } from "../../scope";
import type { Ui } from "./ui";
import { messageOf } from "./models/colour-model";
import { pictureOf } from "./picture-of";

const types: Record<TableFormat, string> = { csv: "text/csv", parquet: "application/vnd.apache.parquet" };

/** Saves rows as a file that the kernel makes; says so when it cannot. */
export async function downloadRows(ui: Ui, format: TableFormat, rows: Uint32Array, what: string): Promise<void> {
  try {
    const bytes = await ui.requests.file(format, rows);
    save(new Blob([bytes], { type: types[format] }), `${fileName(ui)}-${what}.${format}`);
  } catch (error) {
    ui.store.warn(messageOf(error));
  }
}

/** Saves what the map shows as a PNG. */
export async function downloadPicture(ui: Ui): Promise<void> {
  try {
    save(await pictureOf(ui.stage), `${fileName(ui)}.png`);
  } catch (error) {
    ui.store.warn(messageOf(error));
  }
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // the browser has taken it by then
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

function fileName({ store }: Ui): string {
  return store.title.replace(/[^\p{L}\p{N}._-]+/gu, "-") || "map";
}
