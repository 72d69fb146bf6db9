import { toShopId } from "@calibr/shared/core/ids";
import { RUN_STAGE } from "@calibr/shared/jobs/run-stage";
import type { StageRunner } from "../stage-runner.ts";
import { task } from "../task-runner.ts";

/**
 * The alarm clock's only task: look at a shop's stage now. The job ends when the stage has been woken, not
 * when it is done: a long sweep must not keep a job slot from waking a price push.
 */
export function runStageTask(stages: StageRunner) {
  return task(RUN_STAGE, ({ shopId, stage }) => {
    void stages.wake(toShopId(shopId), stage);
    return Promise.resolve();
  });
}
