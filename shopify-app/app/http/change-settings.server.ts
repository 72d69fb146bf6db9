import { z } from "zod";
import { assertNever } from "@calibr/shared/core/assert";
import { saveRule } from "@calibr/shared/services/settings/save-rule";
import { setApprovalPolicy, setPaused } from "@calibr/shared/services/settings/set-approval-policy";
import { services } from "../services.server.ts";
import { formTexts, parseForm } from "./parse-form.ts";
import { reply } from "./reply.ts";
import type { Visitor } from "./require-shop.server.ts";

const SettingsForm = z.object({
  intent: z.enum(["approval_policy", "rule_amazon", "rule_shopify", "pause", "resume"]),
});

/** Saves one of the settings forms. */
export async function changeSettings({ shopId }: Visitor, form: FormData) {
  const parsed = parseForm(SettingsForm, form);
  if (!parsed.ok) return reply.refused("unknown_intent", 422);
  const { intent } = parsed.value;
  const texts = formTexts(form);
  switch (intent) {
    case "approval_policy": {
      const policy = { mode: texts["mode"] ?? "", autoMaxMove: texts["autoMaxMove"] ?? "" };
      const outcome = await setApprovalPolicy(services, { shopId, ...policy });
      return outcome.kind === "saved"
        ? reply.saved("approval_policy")
        : reply.invalid(outcome.fields);
    }
    case "rule_amazon":
    case "rule_shopify": {
      const channel = intent === "rule_amazon" ? ("amazon" as const) : ("shopify" as const);
      const currency = texts["currency"] ?? null;
      const outcome = await saveRule(services, {
        shopId,
        channel,
        currency,
        form: ruleForm(texts),
      });
      return outcome.kind === "saved" ? reply.saved("rule") : reply.invalid(outcome.fields);
    }
    case "pause":
    case "resume":
      await setPaused(services, { shopId, isPaused: intent === "pause" });
      return reply.saved(intent === "pause" ? "paused" : "resumed");
    default:
      return assertNever(intent);
  }
}

function ruleForm(texts: Readonly<Record<string, string>>) {
  return {
    strategy: texts["strategy"] ?? "",
    target: texts["target"] ?? "",
    beatBy: texts["beatBy"] ?? "",
    offset: texts["offset"] ?? "",
    minMargin: texts["minMargin"] ?? "",
    maxStep: texts["maxStep"] ?? "",
  };
}
