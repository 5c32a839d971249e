import { serveTask } from "../worker-task";
import type { ClusterQuality } from "../quality";
import { measure, type QualityTask } from "./measure";

serveTask<QualityTask, ClusterQuality>(measure);
