/**
 * Brings prices to variants: one mutation for each product, each variant with its own outcome.
 *
 * A refused variant never holds back the others of its product, and a product never those of another.
 */
import { AppError, type ErrorCode } from "../../core/app-error.ts";
import { SECOND_MS } from "../../core/time/duration.ts";
import { printDecimal } from "../../core/money/money-text.ts";
import type { ShopAccess } from "../../ports/offline-sessions.ts";
import type { ChannelAccount } from "../../ports/channel-account.ts";
import type { PricePush, PushOutcome } from "../../ports/price-channel.ts";
import type { AdminFailure } from "./admin-call.ts";
import type { AdminClient } from "./admin-client.ts";
import { VARIANTS_BULK_UPDATE } from "./documents/variants-bulk-update.ts";
import type { ShopCurrencies } from "./shop-currency.ts";
import { shopOf } from "./shopify-listing-source.ts";
import { unwrap, type UserError } from "./unwrap.ts";

/** What pushing works with. */
export interface PushParts {
  readonly client: AdminClient;
  readonly currencies: ShopCurrencies;
}

/** A push and its place in the caller's list. */
interface Placed {
  readonly push: PricePush;
  readonly place: number;
}

// Enough to use a bucket of 100 points a second at 200 ms a call, and no burst for a small shop.
const CALLS_AT_ONCE = 4;
const RETRY_AFTER_MS = 5 * SECOND_MS;

// Failures of the whole account: every further call would meet the same.
const ACCOUNT_CODES: ReadonlySet<ErrorCode> = new Set([
  "shopify_access_denied",
  "shopify_not_installed",
  "shopify_shop_unavailable",
  "shopify_token_revoked",
]);

/**
 * Pushes prices; outcomes stand in the order of `pushes`.
 * @throws AppError of the whole account, only while nothing has been sent.
 */
export async function pushPrices(
  parts: PushParts,
  account: ChannelAccount,
  pushes: readonly PricePush[],
  signal: AbortSignal,
): Promise<PushOutcome[]> {
  const shop = shopOf(account);
  const outcomes = new Map<number, PushOutcome>();
  const sendable = await refuseUnsendable(parts, shop, pushes, outcomes, signal);
  if (sendable === null) return pushes.map(() => notSent("shopify_unavailable", signal));
  const groups = groupByProduct(sendable);
  const accountFailures: AppError[] = [];
  let hasReached = false;

  const workOff = async (): Promise<void> => {
    for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
      const [known] = accountFailures;
      if (known !== undefined || signal.aborted) {
        const code = known?.code ?? "shopify_unavailable";
        for (const { place } of group.pushes) outcomes.set(place, notSent(code, signal));
        continue;
      }
      const result = await pushProduct(parts.client, shop, group, signal);
      if (result.accountFailure === null) hasReached = true;
      else accountFailures.push(result.accountFailure);
      for (const [place, outcome] of result.outcomes) outcomes.set(place, outcome);
    }
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, workOff));

  const [accountFailure] = accountFailures;
  if (accountFailure !== undefined && !hasReached) throw accountFailure;
  // Every place was given an outcome by refuseUnsendable or by its group.
  return pushes.map((_, place) => outcomes.get(place) ?? notSent("shopify_unavailable", signal));
}

/** Sets aside what must not be sent; null when the shop could not be asked for its currency. */
async function refuseUnsendable(
  parts: PushParts,
  shop: ShopAccess,
  pushes: readonly PricePush[],
  outcomes: Map<number, PushOutcome>,
  signal: AbortSignal,
): Promise<Placed[] | null> {
  const currency = await currencyOrNull(parts, shop, signal);
  if (currency === null) return null;
  const sendable: Placed[] = [];
  for (const [place, push] of pushes.entries()) {
    if (push.price.currency !== currency)
      outcomes.set(
        place,
        refused(`The price is in ${push.price.currency}, the shop sells in ${currency}.`),
      );
    else if (push.address.parentId === null)
      outcomes.set(place, refused("The listing names no Shopify product."));
    else sendable.push({ push, place });
  }
  return sendable;
}

async function currencyOrNull(
  parts: PushParts,
  shop: ShopAccess,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    return await parts.currencies.of(shop, signal);
  } catch (error) {
    if (error instanceof AppError && ACCOUNT_CODES.has(error.code)) throw error;
    // Nothing was sent: every push is tried again later, with its own reason.
    if (error instanceof AppError || signal.aborted) return null;
    throw error;
  }
}

interface ProductGroup {
  readonly productId: string;
  readonly pushes: readonly Placed[];
}

function groupByProduct(pushes: readonly Placed[]): ProductGroup[] {
  const byProduct = Map.groupBy(pushes, ({ push }) => push.address.parentId ?? "");
  return [...byProduct].map(([productId, group]) => ({ productId, pushes: group }));
}

async function pushProduct(
  client: AdminClient,
  shop: ShopAccess,
  group: ProductGroup,
  signal: AbortSignal,
): Promise<{ outcomes: [number, PushOutcome][]; accountFailure: AppError | null }> {
  const outcome = await unwrap(
    client,
    {
      shop,
      operation: VARIANTS_BULK_UPDATE,
      variables: {
        productId: group.productId,
        variants: group.pushes.map(({ push }) => ({
          id: push.address.externalId,
          price: printDecimal(push.price),
        })),
      },
      lane: "price",
      signal,
    },
    (result) => result.productVariantsBulkUpdate,
  );
  if (outcome.kind === "failure") {
    const failed = outcomeOfFailure(outcome, signal);
    const isAccount = ACCOUNT_CODES.has(outcome.error.code) && outcome.processed === "no";
    return {
      outcomes: group.pushes.map(({ place }) => [place, failed]),
      accountFailure: isAccount ? outcome.error : null,
    };
  }
  const refusals = outcome.kind === "refused" ? outcome.refusals : [];
  const updated = new Set(outcome.payload.productVariants?.map((variant) => variant.id) ?? []);
  const outcomes = group.pushes.map(({ push, place }, index): [number, PushOutcome] => {
    const error = refusals.find((candidate) => concerns(candidate, index));
    if (error !== undefined) return [place, outcomeOfUserError(error)];
    // Neither refused nor listed as updated: only a read-back can tell.
    if (!updated.has(push.address.externalId))
      return [place, { kind: "unknown", code: "shopify_bad_answer" }];
    return [place, { kind: "accepted", receiptId: outcome.requestId }];
  });
  return { outcomes, accountFailure: null };
}

/** Whether a user error is about the variant at this place; one without a place is about all of them. */
function concerns(error: UserError, index: number): boolean {
  const [list, place] = error.field ?? [];
  if (list !== "variants" || place === undefined || !/^\d+$/.test(place)) return true;
  return place === String(index);
}

const GONE_CODES: ReadonlySet<string> = new Set([
  "PRODUCT_DOES_NOT_EXIST",
  "PRODUCT_VARIANT_DOES_NOT_EXIST",
]);

function outcomeOfUserError(error: UserError): PushOutcome {
  const isGone = error.code !== null && GONE_CODES.has(error.code);
  const vendorMessage = error.code === null ? error.message : `${error.code}: ${error.message}`;
  return {
    kind: "refused",
    code: isGone ? "listing_gone" : "shopify_request_refused",
    vendorMessage,
  };
}

function outcomeOfFailure(failure: AdminFailure, signal: AbortSignal): PushOutcome {
  const { error } = failure;
  if (failure.processed === "unknown") return { kind: "unknown", code: error.code };
  if (error.code === "shopify_request_refused")
    return { kind: "refused", code: error.code, vendorMessage: error.message };
  if (signal.aborted || typeof error.retry === "string") return notSent(error.code, signal);
  return { kind: "not_sent", code: error.code, afterMs: error.retry.afterMs };
}

function notSent(code: ErrorCode, signal: AbortSignal): PushOutcome {
  if (signal.aborted) return { kind: "not_sent", code: "worker_stopping", afterMs: 0 };
  return { kind: "not_sent", code, afterMs: RETRY_AFTER_MS };
}

function refused(vendorMessage: string): PushOutcome {
  return { kind: "refused", code: "shopify_request_refused", vendorMessage };
}
