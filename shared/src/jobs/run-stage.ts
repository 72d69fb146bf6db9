import { z } from "zod";

/** Stages of the pipeline that can be woken. Their truth is in the rows; a wake-up only makes them prompt. */
export const STAGES = [
  "confirm:amazon",
  "confirm:shopify",
  "inbox",
  "decide",
  "push:amazon",
  "push:shopify",
  "link",
  "import",
  "sweep",
  "task",
] as const;

/** One stage of the pipeline. */
export type Stage = (typeof STAGES)[number];

/**
 * "Look at this shop's stage." Enqueued by the SQL function `wake` inside the transaction that made the
 * work necessary; one attempt, because the sweeper looks again within a second.
 */
export const RUN_STAGE = {
  name: "run_stage",
  payload: z.object({ shopId: z.number().int().positive(), stage: z.enum(STAGES) }),
} as const;
