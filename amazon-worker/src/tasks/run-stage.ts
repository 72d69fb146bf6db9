import { toShopId } from "@calibr/shared/core/ids";
import { RUN_STAGE } from "@calibr/shared/jobs/run-stage";
import type { StageRunner } from "../stage-runner.ts";
import { task } from "../task-runner.ts";

/** The alarm clock's only task: look at a shop's stage now. */
export function runStageTask(stages: StageRunner) {
  return task(RUN_STAGE, async ({ shopId, stage }) => stages.wake(toShopId(shopId), stage));
}
