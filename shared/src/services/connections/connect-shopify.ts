import type { ShopId } from "../../core/ids.ts";
import { CAUTIOUS_LIMITS, type PricingRule } from "../../core/pricing/pricing-rule.ts";
import { encodeRule } from "../../core/pricing/rule-json.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ShopDirectory } from "../../ports/shop-directory.ts";
import type { InShop, ShopTransaction } from "../../ports/shop-transaction.ts";

/** What connecting a shop needs from outside. */
export interface ConnectShopifyDeps {
  readonly inShop: InShop;
  readonly clock: Clock;
  readonly directory: Pick<ShopDirectory, "registerShop">;
}

/** The rules a new shop starts with: cautious, and nothing is pushed before a person says yes. */
export const FIRST_RULES: readonly {
  channel: "amazon" | "shopify";
  name: string;
  rule: PricingRule;
}[] = [
  {
    channel: "amazon",
    name: "Match the featured offer",
    rule: { ...CAUTIOUS_LIMITS, version: 1, strategy: { kind: "match", beatByMinor: 0n } },
  },
  {
    channel: "shopify",
    name: "Follow Amazon",
    rule: {
      ...CAUTIOUS_LIMITS,
      version: 1,
      strategy: { kind: "follow", offsetBps: 0, keepsParity: true },
    },
  },
];

/**
 * Connects a shop whose installation Shopify has just confirmed. Runs after every token exchange, so it is
 * idempotent: a second install finds the first one's settings, bounds and history.
 */
export async function connectShopify(
  deps: ConnectShopifyDeps,
  install: { domain: string },
): Promise<ShopId> {
  const shopId = await deps.directory.registerShop(install.domain);
  await deps.inShop(shopId, async (tx) => {
    const known = (await tx.connections.byChannel("shopify"))[0];
    const needsImport = known === undefined || known.status === "disconnected";
    await tx.connections.connect({
      channel: "shopify",
      accountId: install.domain.toLowerCase(),
      region: "",
      tokenSealed: null,
      consentedAt: null,
      importDueAt: needsImport ? deps.clock.now() : null,
    });
    await addFirstRules(tx, deps.clock.now());
    if (needsImport) await tx.wake("import");
  });
  return shopId;
}

async function addFirstRules(tx: ShopTransaction, at: Date): Promise<void> {
  const known = new Set((await tx.settings.rules()).map((rule) => rule.channel));
  for (const first of FIRST_RULES) {
    if (known.has(first.channel)) continue;
    await tx.settings.saveRule(
      { channel: first.channel, name: first.name, body: JSON.parse(encodeRule(first.rule)) },
      at,
    );
  }
}
