import type { Channel } from "../../core/channel.ts";
import type { ShopId } from "../../core/ids.ts";
import { parseCurrency } from "../../core/money/currency.ts";
import { parseMoney } from "../../core/money/money-text.ts";
import {
  CAUTIOUS_LIMITS,
  isRuleValid,
  type PricingRule,
  type Strategy,
} from "../../core/pricing/pricing-rule.ts";
import { decodeRule, encodeRule } from "../../core/pricing/rule-json.ts";
import type { Clock } from "../../ports/clock.ts";
import type { InShop, ShopTransaction } from "../../ports/shop-transaction.ts";
import { percentToBps } from "./set-approval-policy.ts";

/** What saving a rule needs from outside. */
export interface SaveRuleDeps {
  readonly inShop: InShop;
  readonly clock: Clock;
}

/** The rule form as typed. Percentages are percent; `beatBy` is an amount in the shop's currency. */
export interface RuleForm {
  /** match | beat for Amazon, follow for Shopify. */
  readonly strategy: string;
  /** featured | lowest; ignored by follow. */
  readonly target: string;
  readonly beatBy: string;
  /** Percent above (or, negative, below) Amazon's price; follow only. */
  readonly offset: string;
  readonly minMargin: string;
  /** Largest single move in percent; blank for no limit. */
  readonly maxStep: string;
}

/** Why a field was not taken. */
export type RuleProblem = "unknown_choice" | "not_a_percentage" | "not_an_amount" | "out_of_range";

/** What became of the form. */
export type RuleOutcome =
  | { readonly kind: "saved"; readonly version: number }
  | { readonly kind: "invalid"; readonly fields: Partial<Record<keyof RuleForm, RuleProblem>> };

/**
 * Stores a channel's rule as its next version and has every active listing of the channel decided again.
 * Fields the form does not show keep what the rule had.
 */
export async function saveRule(
  deps: SaveRuleDeps,
  order: { shopId: ShopId; channel: Channel; currency: string | null; form: RuleForm },
): Promise<RuleOutcome> {
  return deps.inShop(order.shopId, async (tx) => {
    const read = readRule(order, await knownRule(tx, order.channel));
    if (read.kind === "invalid") return read;
    const at = deps.clock.now();
    const version = await tx.settings.saveRule(
      {
        channel: order.channel,
        name: nameOf(read.rule.strategy),
        body: JSON.parse(encodeRule(read.rule)),
      },
      at,
    );
    await tx.market.markDirty(
      (await tx.catalog.activeListings(order.channel)).map((listingId) => ({
        listingId,
        cause: "rule_changed",
        eventAt: at,
      })),
      at,
    );
    await tx.wake("decide");
    return { kind: "saved", version };
  });
}

async function knownRule(tx: ShopTransaction, channel: Channel): Promise<PricingRule | null> {
  const stored = (await tx.settings.rules()).find((rule) => rule.channel === channel);
  if (stored === undefined) return null;
  try {
    return decodeRule(stored.body);
  } catch {
    // A damaged rule is replaced by what the form says on cautious limits.
    return null;
  }
}

type ReadRule =
  { readonly kind: "rule"; readonly rule: PricingRule } | Extract<RuleOutcome, { kind: "invalid" }>;

function readRule(
  order: { channel: Channel; currency: string | null; form: RuleForm },
  known: PricingRule | null,
): ReadRule {
  const { form, channel } = order;
  const fields: Partial<Record<keyof RuleForm, RuleProblem>> = {};
  const strategy = channel === "shopify" ? readFollow(form, fields) : readAnswer(order, fields);
  const target = channel === "shopify" ? (known?.target ?? "featured") : form.target;
  if (target !== "featured" && target !== "lowest") fields.target = "unknown_choice";
  const minMarginBps = percentToBps(form.minMargin);
  if (minMarginBps === null) fields.minMargin = "not_a_percentage";
  else if (minMarginBps < 0 || minMarginBps > 9_000) fields.minMargin = "out_of_range";
  const maxStepBps = form.maxStep.trim() === "" ? null : percentToBps(form.maxStep);
  if (form.maxStep.trim() !== "" && maxStepBps === null) fields.maxStep = "not_a_percentage";
  else if (maxStepBps !== null && (maxStepBps < 1 || maxStepBps > 10_000))
    fields.maxStep = "out_of_range";
  if (Object.keys(fields).length > 0 || strategy === null || minMarginBps === null)
    return { kind: "invalid", fields };
  if (target !== "featured" && target !== "lowest") return { kind: "invalid", fields };
  const rule: PricingRule = {
    ...CAUTIOUS_LIMITS,
    ...known,
    version: known?.version ?? 1,
    strategy,
    target,
    minMarginBps,
    maxStepBps,
  };
  return isRuleValid(rule)
    ? { kind: "rule", rule }
    : { kind: "invalid", fields: { strategy: "out_of_range" } };
}

function readFollow(
  form: RuleForm,
  fields: Partial<Record<keyof RuleForm, RuleProblem>>,
): Strategy | null {
  if (form.strategy !== "follow") fields.strategy = "unknown_choice";
  const offsetBps = percentToBps(form.offset);
  if (offsetBps === null) fields.offset = "not_a_percentage";
  else if (offsetBps < -5_000 || offsetBps > 20_000) fields.offset = "out_of_range";
  return offsetBps === null ? null : { kind: "follow", offsetBps, keepsParity: offsetBps >= 0 };
}

function readAnswer(
  order: { currency: string | null; form: RuleForm },
  fields: Partial<Record<keyof RuleForm, RuleProblem>>,
): Strategy | null {
  const { form } = order;
  if (form.strategy === "match") return { kind: "match", beatByMinor: 0n };
  if (form.strategy !== "beat") {
    fields.strategy = "unknown_choice";
    return null;
  }
  const parsed = parseMoney(form.beatBy.trim(), parseCurrency(order.currency) ?? "USD");
  if (parsed.kind === "refused") fields.beatBy = "not_an_amount";
  else if (parsed.money.amountMinor <= 0n) fields.beatBy = "out_of_range";
  else return { kind: "beat", beatByMinor: parsed.money.amountMinor };
  return null;
}

function nameOf(strategy: Strategy): string {
  switch (strategy.kind) {
    case "match":
      return "Match the competition";
    case "beat":
      return "Beat the competition";
    case "follow":
      return "Follow Amazon";
  }
}
