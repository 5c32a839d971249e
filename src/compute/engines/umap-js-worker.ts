import { serveTask } from "../worker-task";
import type { LayoutTask } from "./engine";
import { layoutWithUmapJs } from "./umap-js-layout";

serveTask<LayoutTask, Float32Array>(layoutWithUmapJs);
