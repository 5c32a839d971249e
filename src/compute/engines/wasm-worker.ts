import { layoutVectors } from "../umap/layout-vectors";
import { serveEngine } from "./serve-engine";

serveEngine(layoutVectors);
