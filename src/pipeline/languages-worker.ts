import { serveTask } from "../compute/worker-task";
import { detectLanguages } from "./detect-languages";
import type { LanguageShare, LanguagesTask } from "./languages";

serveTask<LanguagesTask, LanguageShare[]>(({ texts }) => detectLanguages(texts));
