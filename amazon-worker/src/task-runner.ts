import type { JobHelpers, Task } from "graphile-worker";
import type { z } from "zod";

/** A job's name and payload, as declared in shared/src/jobs. */
export interface JobSpec<Payload> {
  readonly name: string;
  readonly payload: z.ZodType<Payload>;
}

/**
 * Turns a job spec and a handler into a Graphile task. The payload is parsed at run time: old jobs outlive
 * a deploy, and a payload that no longer fits fails with a message instead of acting on it.
 */
export function task<Payload>(
  spec: JobSpec<Payload>,
  handle: (payload: Payload, signal: AbortSignal | undefined) => Promise<void>,
): { name: string; task: Task } {
  return {
    name: spec.name,
    task: async (raw: unknown, helpers: JobHelpers) => {
      const payload = spec.payload.safeParse(raw);
      if (!payload.success)
        throw new Error(`job ${spec.name}: payload does not fit: ${payload.error.message}`);
      await handle(payload.data, helpers.abortSignal);
    },
  };
}
