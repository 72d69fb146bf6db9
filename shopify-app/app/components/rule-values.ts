import type { Channel } from "@calibr/shared/core/channel";
import { CAUTIOUS_LIMITS, type PricingRule } from "@calibr/shared/core/pricing/pricing-rule";
import { decodeRule } from "@calibr/shared/core/pricing/rule-json";
import { bpsField, moneyField } from "../copy/money.ts";

/** The rule form as texts, one name for each field of the action. */
export type RuleValues = Readonly<
  Record<"strategy" | "target" | "beatBy" | "offset" | "minMargin" | "maxStep", string>
>;

/** A stored rule as the form shows it; a rule that cannot be read starts from the cautious limits. */
export function ruleValues(
  rule: { channel: Channel; body: unknown },
  currency: string,
): RuleValues {
  const known = readRule(rule.body);
  const strategy = known?.strategy ?? null;
  const maxStepBps = known === null ? CAUTIOUS_LIMITS.maxStepBps : known.maxStepBps;
  const beatByMinor = strategy !== null && strategy.kind === "beat" ? strategy.beatByMinor : 1n;
  const offsetBps = strategy !== null && strategy.kind === "follow" ? strategy.offsetBps : 0;
  return {
    strategy: strategy?.kind ?? (rule.channel === "shopify" ? "follow" : "match"),
    target: known?.target ?? "featured",
    beatBy: moneyField({ amountMinor: String(beatByMinor), currency }),
    offset: bpsField(offsetBps),
    minMargin: bpsField(known?.minMarginBps ?? CAUTIOUS_LIMITS.minMarginBps),
    maxStep: maxStepBps === null ? "" : bpsField(maxStepBps),
  };
}

function readRule(body: unknown): PricingRule | null {
  try {
    return decodeRule(body);
  } catch {
    // Damaged or of another version: the form starts anew, and saving it repairs the rule.
    return null;
  }
}
