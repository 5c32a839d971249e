/** Runs in the browser: shows points with one system and holds nothing of them itself. */
import { blobs } from "../map/points";
import { systems } from "../map/systems";

export type SystemName = keyof typeof systems;

declare global {
  interface Window {
    showPoints: (name: SystemName, rows: number, clusters: number) => Promise<void>;
  }
}

window.showPoints = async (name, rows, clusters) => {
  const container = document.createElement("div");
  document.body.append(container);
  const system = await systems[name](container, blobs(rows, clusters));
  system.frame(0);
  system.finish();
  Object.assign(window, { system });
};
