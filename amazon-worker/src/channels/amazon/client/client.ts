import type { AppError } from "@calibr/shared/core/app-error";
import { msBetween } from "@calibr/shared/core/time/duration";
import type { Clock } from "@calibr/shared/ports/clock";
import type { Logger } from "@calibr/shared/ports/logger";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import type { AccessTokens } from "../accounts/access-tokens.ts";
import {
  failureError,
  isApplicationQuota,
  isStaleToken,
  spApiFailure,
  unreadableAnswer,
  type VendorFailure,
} from "./errors.ts";
import { operationOf, type OperationName } from "./operations.ts";
import type { QuotaGate } from "../quotas/quota-gate.ts";
import { sendRequest, type RawAnswer, type SpRequest } from "./transport.ts";

/** Any answer of Amazon's, whatever its status. */
export interface SpAnswer {
  readonly status: number;
  /** The parsed body; undefined when it was empty or no JSON (a gateway's HTML page). */
  readonly body: unknown;
  readonly requestId: string | null;
}

/** Calls SP-API operations within quota and with a good token. */
export interface SpClient {
  /** @throws AppError when there is no answer: no token, no quota in time, no connection. */
  send(account: ChannelAccount, request: SpRequest, signal: AbortSignal): Promise<SpAnswer>;
  /** The body of a 2xx answer. @throws AppError for every other end. */
  call(account: ChannelAccount, request: SpRequest, signal: AbortSignal): Promise<unknown>;
}

export interface SpClientParts {
  readonly tokens: AccessTokens;
  readonly quotas: QuotaGate;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The one way to SP-API: token, quota, one call, and once more when the token was stale. */
export function createSpClient(parts: SpClientParts): SpClient {
  const { tokens } = parts;

  const tokenFor = (
    name: OperationName,
    account: ChannelAccount,
    signal: AbortSignal,
  ): Promise<string> =>
    operationOf(name).grantless === undefined
      ? tokens.ofSeller(account, signal)
      : tokens.ofApplication(signal);

  const send: SpClient["send"] = async (account, request, signal) => {
    const token = await tokenFor(request.operation, account, signal);
    const answer = await sendMetered(parts, { account, request, token }, signal);
    if (!isStaleToken(answer)) return answer;
    tokens.forget(token);
    const fresh = await tokenFor(request.operation, account, signal);
    return await sendMetered(parts, { account, request, token: fresh }, signal);
  };

  return {
    send,
    async call(account, request, signal) {
      const answer = await send(account, request, signal);
      const error = answerError(request.operation, answer);
      if (error !== null) throw error;
      return answer.body;
    },
  };
}

/** What is wrong with an answer as such; null when it is 2xx with JSON, or an empty 204. */
export function answerError(operation: OperationName, answer: SpAnswer): AppError | null {
  const { status, body } = answer;
  if (status < 200 || status > 299)
    return failureError(operation, answer, failureOf(operation, answer));
  if (body !== undefined || operationOf(operation).isSilent === true) return null;
  if (status === 204) return null;
  return unreadableAnswer(operation, `HTTP ${status} with a body that is no JSON`);
}

/** The application's own token says nothing of any seller's consent, and the next one may be good. */
function failureOf(operation: OperationName, answer: SpAnswer): VendorFailure {
  const failure = spApiFailure(answer);
  const isOurs = operationOf(operation).grantless !== undefined;
  return isOurs && failure.code === "amazon_authorization_revoked"
    ? { ...failure, code: "amazon_access_denied", retry: "backoff" }
    : failure;
}

async function sendMetered(
  parts: SpClientParts,
  call: {
    readonly account: ChannelAccount;
    readonly request: SpRequest;
    readonly token: string;
  },
  signal: AbortSignal,
): Promise<SpAnswer> {
  const { quotas, clock, logger } = parts;
  const { account, request, token } = call;
  const { operation } = request;
  const turn = await quotas.take(request, account, { priority: request.priority, signal });
  const startedAt = clock.now();
  let answer: RawAnswer;
  try {
    answer = await sendRequest({ region: account.region, token, request }, signal);
  } catch (error) {
    await turn.lost();
    throw error;
  }
  const { status, ratePerSecond, requestId } = answer;
  const isApplicationWide = isApplicationQuota(answer);
  await turn.hear({ status, ratePerSecond, isApplicationWide });
  const log = status < 300 ? logger.debug.bind(logger) : logger.warn.bind(logger);
  log("amazon_call", {
    operation,
    status,
    requestId,
    connectionId: account.connectionId,
    ms: msBetween(startedAt, clock.now()),
  });
  return { status, body: answer.body, requestId };
}
