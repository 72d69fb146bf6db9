/**
 * The only way a mutation is sent.
 *
 * Shopify answers HTTP 200 with `userErrors` when it refuses what a mutation asks, so its payload is never
 * handed out alone: who wants the payload has to look at the outcome's kind first.
 */
import { AppError } from "../../core/app-error.ts";
import type { AdminFailure } from "./admin-call.ts";
import type { AdminCall, AdminClient } from "./admin-client.ts";
import type { Mutation } from "./operation.ts";

/** One thing Shopify refused. `code` is null where the mutation's errors have none. */
export interface UserError {
  /** Path into the variables, such as ["variants", "3", "price"]; null for the whole call. */
  readonly field: readonly string[] | null;
  readonly message: string;
  readonly code: string | null;
}

/**
 * What became of a mutation.
 *
 * - `done`: everything asked for was done.
 * - `refused`: some or all of it was refused; the payload says what was done of the rest.
 * - `failure`: no whole answer; `processed` says whether Shopify may have acted.
 */
export type MutationOutcome<Payload> =
  | { readonly kind: "done"; readonly payload: Payload; readonly requestId: string | null }
  | {
      readonly kind: "refused";
      readonly refusals: readonly UserError[];
      readonly payload: Payload;
      readonly requestId: string | null;
    }
  | AdminFailure;

/** A mutation's payload as our documents select it. */
export interface MutationPayload {
  readonly userErrors: readonly {
    readonly field: readonly string[] | null;
    readonly message: string;
    readonly code?: string | null;
  }[];
}

/** A mutation for one shop. */
export interface AdminMutation<Result, Variables> extends AdminCall<Result, Variables> {
  readonly operation: Mutation<Result, Variables>;
}

/** Sends a mutation and unwraps its answer; `pick` names the root field. */
export async function unwrap<Result, Variables, Payload extends MutationPayload>(
  client: AdminClient,
  call: AdminMutation<Result, Variables>,
  pick: (result: Result) => Payload | null,
): Promise<MutationOutcome<Omit<Payload, "userErrors">>> {
  const reply = await client.send(call);
  if (reply.kind === "failure") return reply;
  const { requestId } = reply;
  const whole = pick(reply.data);
  if (whole === null) {
    const error = new AppError({
      code: "shopify_bad_answer",
      retry: "backoff",
      message: `Shopify Admin: ${call.operation.name} was answered without a payload.`,
      context: { shopId: call.shop.shopId, operation: call.operation.name },
    });
    return { kind: "failure", error, processed: "unknown", cost: reply.cost, waitMs: 0 };
  }
  const { userErrors, ...payload } = whole;
  if (userErrors.length === 0) return { kind: "done", payload, requestId };
  const refusals = userErrors.map((error) => ({ ...error, code: error.code ?? null }));
  return { kind: "refused", refusals, payload, requestId };
}
