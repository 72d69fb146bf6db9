import type { TaskHandlers } from "@calibr/shared/services/tasks/run-tasks";
import type { WorkerParts } from "./compose.ts";

/** Which service does a step of which kind of task. */
export function createTaskHandlers(_parts: WorkerParts): TaskHandlers {
  return {};
}
