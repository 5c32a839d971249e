import { serveEngine } from "./serve-engine";
import { layoutWithUmapJs } from "./umap-js-layout";

serveEngine(layoutWithUmapJs);
