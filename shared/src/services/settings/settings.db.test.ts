import { beforeEach, describe, expect, it } from "vitest";
import { decodeRule } from "../../core/pricing/rule-json.ts";
import { type LinkedProduct, makeLinkedProduct, rowsOf } from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import { createSteps } from "../../testing/pipeline-steps.ts";
import { type RuleForm, saveRule } from "./save-rule.ts";
import { percentToBps, setApprovalPolicy, setPaused } from "./set-approval-policy.ts";

const pipeline = usePipeline();
const steps = createSteps(pipeline);
let product: LinkedProduct;

beforeEach(async () => {
  product = await makeLinkedProduct(pipeline);
});

describe("a percentage", () => {
  it.each<[string, number | null]>([
    ["5", 500],
    [" 2.5 ", 250],
    ["2,5", 250],
    ["0.01", 1],
    ["0", 0],
    ["-3", -300],
    ["-0.5", -50],
    ["007", 700],
    ["9999.99", 999_999],
    ["5%", null],
    ["", null],
    ["five", null],
    ["1.005", null],
    [".5", null],
    ["5.", null],
    ["1e2", null],
    ["+5", null],
    ["--5", null],
    ["12345", null],
    ["5 0", null],
  ])("typed as %j is %s basis points", (text, bps) => {
    expect(percentToBps(text)).toBe(bps);
  });
});

describe("the approval policy", () => {
  const read = () => pipeline.inShop(product.shopId, (tx) => tx.settings.read());

  it("is cautious until the merchant says otherwise", async () => {
    expect(await read()).toEqual({ approvalMode: "ask", autoMaxMoveBps: 500, isPaused: false });
  });

  it.each([
    ["auto", "0.01", 1],
    ["auto", "50", 5_000],
    ["ask", "2,5", 250],
  ])("takes %s within %s percent", async (mode, autoMaxMove, bps) => {
    expect(
      await setApprovalPolicy(pipeline, { shopId: product.shopId, mode, autoMaxMove }),
    ).toEqual({ kind: "saved" });

    expect(await read()).toMatchObject({ approvalMode: mode, autoMaxMoveBps: bps });
  });

  it.each([
    ["sometimes", "5", { mode: "unknown_mode" }],
    ["auto", "lots", { autoMaxMove: "not_a_percentage" }],
    ["auto", "0", { autoMaxMove: "out_of_range" }],
    ["auto", "-1", { autoMaxMove: "out_of_range" }],
    ["auto", "50.01", { autoMaxMove: "out_of_range" }],
  ])("refuses %s within %s percent and keeps what it had", async (mode, autoMaxMove, fields) => {
    expect(
      await setApprovalPolicy(pipeline, { shopId: product.shopId, mode, autoMaxMove }),
    ).toEqual({ kind: "invalid", fields });

    expect((await read()).approvalMode).toBe("ask");
  });

  it("pauses and resumes without touching the policy", async () => {
    await setApprovalPolicy(pipeline, { shopId: product.shopId, mode: "auto", autoMaxMove: "3" });
    await setPaused(pipeline, { shopId: product.shopId, isPaused: true });
    expect(await read()).toEqual({ approvalMode: "auto", autoMaxMoveBps: 300, isPaused: true });

    await setPaused(pipeline, { shopId: product.shopId, isPaused: false });

    expect(await read()).toEqual({ approvalMode: "auto", autoMaxMoveBps: 300, isPaused: false });
  });
});

const FORM: RuleForm = {
  strategy: "match",
  target: "featured",
  beatBy: "",
  offset: "",
  minMargin: "10",
  maxStep: "10",
};
const save = (
  form: Partial<RuleForm>,
  channel: "amazon" | "shopify" = "amazon",
  currency: string | null = "USD",
) => saveRule(pipeline, { shopId: product.shopId, channel, currency, form: { ...FORM, ...form } });
const ruleOf = async (channel: "amazon" | "shopify") => {
  const stored = (await pipeline.inShop(product.shopId, (tx) => tx.settings.rules())).find(
    (rule) => rule.channel === channel,
  );
  if (stored === undefined) throw new Error("no rule");
  return { name: stored.name, version: stored.version, rule: decodeRule(stored.body) };
};

describe("the rule form", () => {
  it.each<[string, "amazon" | "shopify", Partial<RuleForm>, object]>([
    ["match", "amazon", {}, { strategy: { kind: "match", beatByMinor: 0n } }],
    [
      "beat",
      "amazon",
      { strategy: "beat", beatBy: "0.05", target: "lowest" },
      { strategy: { kind: "beat", beatByMinor: 5n }, target: "lowest" },
    ],
    [
      "follow above",
      "shopify",
      { strategy: "follow", offset: "5" },
      { strategy: { kind: "follow", offsetBps: 500, keepsParity: true } },
    ],
    [
      "follow below",
      "shopify",
      { strategy: "follow", offset: "-5" },
      { strategy: { kind: "follow", offsetBps: -500, keepsParity: false } },
    ],
    ["no step limit", "amazon", { maxStep: " " }, { maxStepBps: null }],
    ["no margin", "amazon", { minMargin: "0" }, { minMarginBps: 0 }],
  ])("stores %s", async (_what, channel, form, rule) => {
    expect(await save(form, channel)).toEqual({ kind: "saved", version: 2 });

    expect((await ruleOf(channel)).rule).toMatchObject({ ...rule, version: 2 });
  });

  it.each<["amazon" | "shopify", Partial<RuleForm>, object]>([
    ["amazon", { strategy: "follow" }, { strategy: "unknown_choice" }],
    ["amazon", { strategy: "" }, { strategy: "unknown_choice" }],
    ["shopify", { strategy: "match", offset: "0" }, { strategy: "unknown_choice" }],
    ["amazon", { target: "cheapest" }, { target: "unknown_choice" }],
    ["amazon", { strategy: "beat", beatBy: "" }, { beatBy: "not_an_amount" }],
    ["amazon", { strategy: "beat", beatBy: "a cent" }, { beatBy: "not_an_amount" }],
    ["amazon", { strategy: "beat", beatBy: "0" }, { beatBy: "out_of_range" }],
    ["amazon", { strategy: "beat", beatBy: "-1" }, { beatBy: "out_of_range" }],
    ["shopify", { strategy: "follow", offset: "some" }, { offset: "not_a_percentage" }],
    ["shopify", { strategy: "follow", offset: "-50.01" }, { offset: "out_of_range" }],
    ["shopify", { strategy: "follow", offset: "200.01" }, { offset: "out_of_range" }],
    ["amazon", { minMargin: "" }, { minMargin: "not_a_percentage" }],
    ["amazon", { minMargin: "-1" }, { minMargin: "out_of_range" }],
    ["amazon", { minMargin: "90.01" }, { minMargin: "out_of_range" }],
    ["amazon", { maxStep: "big" }, { maxStep: "not_a_percentage" }],
    ["amazon", { maxStep: "0" }, { maxStep: "out_of_range" }],
    ["amazon", { maxStep: "100.01" }, { maxStep: "out_of_range" }],
    [
      "amazon",
      { target: "x", minMargin: "x", maxStep: "x" },
      { target: "unknown_choice", minMargin: "not_a_percentage", maxStep: "not_a_percentage" },
    ],
  ])("refuses on %s %j", async (channel, form, fields) => {
    expect(await save(form, channel)).toEqual({ kind: "invalid", fields });

    expect((await ruleOf(channel)).version).toBe(1);
  });

  it("grows its version by one with each save and has the channel's active listings decided again", async () => {
    await steps.decide(product);
    expect(await save({ minMargin: "11" })).toEqual({ kind: "saved", version: 2 });
    expect(await save({ minMargin: "12" })).toEqual({ kind: "saved", version: 3 });

    const dirty = await rowsOf<{ listing_id: string; cause: string }>(
      pipeline.pool,
      product.shopId,
      "SELECT listing_id, cause FROM dirty ORDER BY listing_id",
    );
    expect(dirty).toContainEqual({ listing_id: product.amazonId, cause: "rule_changed" });
    expect((await ruleOf("amazon")).rule).toMatchObject({ version: 3, minMarginBps: 1_200 });
  });

  it("keeps what the form does not show", async () => {
    await rowsOf(
      pipeline.pool,
      product.shopId,
      `UPDATE rule SET body = jsonb_set(body, '{maxAgeMs}', '60000')`,
    );

    await save({ strategy: "beat", beatBy: "1" });

    expect((await ruleOf("amazon")).rule.maxAgeMs).toBe(60_000);
  });

  it("replaces a rule that can no longer be read by one on cautious limits", async () => {
    await rowsOf(
      pipeline.pool,
      product.shopId,
      `UPDATE rule SET body = '{"strategy": "gone"}', version = 41`,
    );

    expect(await save({})).toEqual({ kind: "saved", version: 42 });
    expect((await ruleOf("amazon")).rule).toMatchObject({ version: 42, maxAgeMs: 6 * 60 * 60_000 });
  });

  it("reads an amount in the shop's own currency", async () => {
    expect(await save({ strategy: "beat", beatBy: "5" }, "amazon", "JPY")).toMatchObject({
      kind: "saved",
    });
    expect((await ruleOf("amazon")).rule.strategy).toEqual({ kind: "beat", beatByMinor: 5n });
    expect(await save({ strategy: "beat", beatBy: "0.5" }, "amazon", "JPY")).toEqual({
      kind: "invalid",
      fields: { beatBy: "not_an_amount" },
    });
  });
});
