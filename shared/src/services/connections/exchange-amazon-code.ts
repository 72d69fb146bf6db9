import { AppError } from "../../core/app-error.ts";
import type { ShopId } from "../../core/ids.ts";
import type { AccountLinker } from "../../ports/account-linker.ts";
import type { Clock } from "../../ports/clock.ts";
import type { PendingLink } from "../../ports/connection-store.ts";
import type { Logger } from "../../ports/logger.ts";
import type { SealBox } from "../../ports/seal-box.ts";
import type { InShop, ShopTransaction } from "../../ports/shop-transaction.ts";
import { amazonCodePurpose, amazonTokenPurpose } from "./seal-purposes.ts";

/** What exchanging a code needs from outside. */
export interface ExchangeDeps {
  readonly inShop: InShop;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly sealBox: SealBox;
  readonly linker: AccountLinker;
  readonly worker: string;
}

const LEASE_MS = 60_000;

/**
 * Exchanges the codes that wait in a shop for refresh tokens and connects their accounts. A second link of
 * the same seller renews the connection it has. A code works once: whatever goes wrong ends the attempt
 * with a code the page explains, and the merchant starts again.
 */
export async function exchangeAmazonCodes(
  deps: ExchangeDeps,
  shopId: ShopId,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const now = deps.clock.now();
    const link = await deps.inShop(shopId, (tx) =>
      tx.connections.claimLink({
        worker: deps.worker,
        now,
        leaseUntil: new Date(now.getTime() + LEASE_MS),
      }),
    );
    if (link === null) return;
    await exchangeOne(deps, { shopId, link }, signal);
  }
}

async function exchangeOne(
  deps: ExchangeDeps,
  task: { shopId: ShopId; link: PendingLink },
  signal: AbortSignal,
): Promise<void> {
  const { shopId, link } = task;
  try {
    const code = deps.sealBox.open(link.codeSealed, amazonCodePurpose(shopId));
    const { redirectUri, sellerId, region } = link;
    const grant = { code, redirectUri, shopId, sellerId, region };
    const linked = await deps.linker.exchangeCode(grant, signal);
    await deps.inShop(shopId, async (tx) => {
      const at = deps.clock.now();
      if (await isLeaving(tx, link)) {
        const end = { status: "failed", failureCode: "amazon_data_leaving" } as const;
        return tx.connections.endLink(link.linkId, end);
      }
      const connectionId = await tx.connections.connect({
        channel: "amazon",
        accountId: link.sellerId,
        region: link.region,
        tokenSealed: deps.sealBox.seal(linked.refreshToken, amazonTokenPurpose(shopId)),
        consentedAt: at,
        importDueAt: at,
      });
      await tx.connections.endLink(link.linkId, { status: "linked", failureCode: null });
      await tx.tasks.plan({ connectionId, kind: "subscriptions", key: "" }, at);
      await tx.wake("import");
      await tx.wake("task");
    });
  } catch (cause) {
    const failureCode = cause instanceof AppError ? cause.code : "unexpected";
    deps.logger.error("amazon_link_failed", { shopId, linkId: link.linkId, failureCode }, cause);
    await deps.inShop(shopId, (tx) =>
      tx.connections.endLink(link.linkId, { status: "failed", failureCode }),
    );
  }
}

/** Whether what was read from this very account is still being deleted: new rows would be swept away with the old. */
async function isLeaving(tx: ShopTransaction, link: PendingLink): Promise<boolean> {
  const known = await tx.connections.byChannel("amazon");
  return known.some(
    (each) =>
      each.accountId === link.sellerId && each.region === link.region && each.eraseAskedAt !== null,
  );
}
