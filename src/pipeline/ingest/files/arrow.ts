import pl from "nodejs-polars";

/** An Arrow file (also called Feather) or stream. */
export function readArrow(bytes: Buffer): pl.DataFrame {
  return bytes.subarray(0, 6).toString("latin1") === "ARROW1" ? pl.readIPC(bytes) : pl.readIPCStream(bytes);
}
