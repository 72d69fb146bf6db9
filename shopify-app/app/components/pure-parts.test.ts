import { describe, expect, it } from "vitest";
import { FIRST_RULES } from "@calibr/shared/services/connections/connect-shopify";
import { encodeRule } from "@calibr/shared/core/pricing/rule-json";
import { moveFields, stillThere } from "./bulk-choice.ts";
import { chartPath, chartScale, chartX, chartY, niceStep } from "./chart-geometry.ts";
import { isLinking, linkProgress } from "./link-progress.ts";
import { moveEffect } from "./move-confirm.tsx";
import { isBridgeDocument } from "./route-error.tsx";
import { ruleValues } from "./rule-values.ts";
import { setupSteps } from "./setup-steps.ts";
import { isDraftDirty } from "./use-form-draft.ts";
import { nextRow } from "./use-row-keys.ts";

describe("the price chart", () => {
  const series = [
    {
      key: "a",
      points: [
        { atMs: 0, minor: 1_000 },
        { atMs: 50, minor: 1_200 },
      ],
    },
  ];

  it("holds every point with room above and below", () => {
    const scale = chartScale(series, 100);

    expect(scale).toMatchObject({ fromMs: 0, untilMs: 100 });
    expect(scale?.lowMinor).toBeLessThan(1_000);
    expect(scale?.highMinor).toBeGreaterThan(1_200);
    expect(scale?.ticksMinor.length).toBeLessThanOrEqual(8);
  });

  it("draws a price as holding until the next one is seen", () => {
    const scale = { fromMs: 0, untilMs: 100, lowMinor: 1_000, highMinor: 1_200, ticksMinor: [] };

    expect(chartPath(scale, series[0]?.points ?? [])).toBe("M0 100H50V0H100");
    expect(chartPath(scale, [])).toBe("");
    expect([chartX(scale, 25), chartY(scale, 1_100)]).toEqual([25, 50]);
  });

  it("has a range for a flat line and none without points", () => {
    const flat = chartScale([{ key: "a", points: [{ atMs: 5, minor: 1_999 }] }], 5);

    expect(flat === null ? 0 : flat.highMinor - flat.lowMinor).toBeGreaterThan(0);
    expect(chartScale([{ key: "a", points: [] }], 5)).toBeNull();
  });

  it.each([
    [0.3, 1],
    [3, 5],
    [70, 100],
    [1_400, 2_000],
  ])("steps of %s become %s", (size, step) => {
    expect(niceStep(size)).toBe(step);
  });
});

describe("setting up", () => {
  const amazon = {
    connectionId: "1",
    channel: "amazon",
    accountId: "A",
    region: "na",
    status: "connected",
    problemCode: null,
    problemAt: null,
    consentedAt: null,
    consentDaysLeft: 300,
    consent: "fresh",
    accountStatus: null,
    accountStatusAt: null,
    isErasing: false,
    marketplaces: [],
    listings: 5,
    notifications: "none",
    importedAt: "2026-11-23T07:00:00.000Z",
    sweptAt: null,
    isImporting: false,
  } as const;
  const counts = {
    listings: { amazon: 5, shopify: 5 },
    linkedItems: 5,
    waitingForApproval: 0,
    onTheirWay: 0,
    live24h: 0,
    needAttention: 0,
    holds: [],
  };
  const done = (view: Parameters<typeof setupSteps>[0]) =>
    setupSteps(view)
      .filter((step) => step.isDone)
      .map((step) => step.id);

  it("begins with nothing done", () => {
    const empty = {
      connections: [],
      counts: { ...counts, listings: { amazon: 0, shopify: 5 } },
      recent: [],
    };

    expect(done(empty)).toEqual([]);
  });

  it("asks for costs while listings are held without one", () => {
    const holds = [{ reasonCode: "cost_missing", listings: 3 }];

    expect(done({ connections: [amazon], counts: { ...counts, holds }, recent: [] })).toEqual([
      "connect",
      "import",
    ]);
  });

  it("ends when a price has gone live", () => {
    expect(
      done({ connections: [amazon], counts: { ...counts, live24h: 1 }, recent: [] }),
    ).toHaveLength(4);
  });

  it("does not count a connection that was ended", () => {
    const ended = { ...amazon, status: "disconnected" as const };

    expect(done({ connections: [ended], counts, recent: [] })).toEqual([]);
  });
});

describe("linking Amazon", () => {
  const startedAt = "2026-11-23T07:00:00.000Z";
  const soon = "2026-11-23T07:05:00.000Z";
  const late = "2026-11-23T07:11:00.000Z";
  const link = (status: "started" | "code_received" | "linked" | "failed") => ({
    link: { status, failureCode: null, startedAt },
  });

  it.each([
    [link("started"), soon, "waiting"],
    [link("started"), late, "none"],
    [link("code_received"), soon, "finishing"],
    [link("code_received"), late, "expired"],
    [link("linked"), soon, "none"],
    [link("failed"), late, "failed"],
    [{ link: null }, soon, "none"],
  ])("%o at %s is %s", (view, now, expected) => {
    expect(linkProgress(view, now)).toBe(expected);
    expect(isLinking(view, now)).toBe(expected === "waiting" || expected === "finishing");
  });
});

describe("choosing and moving", () => {
  it("forgets chosen rows that have left the page", () => {
    expect(stillThere(["1", "2"], [{ changeId: "2" }, { changeId: "3" }])).toEqual(["2"]);
  });

  it("names ids, or everything, never both", () => {
    const some = moveFields("approve", { ids: ["1", "2"], isAll: false });
    const all = moveFields("approve", { ids: ["1"], isAll: true });

    expect([...some.entries()]).toEqual([
      ["intent", "approve"],
      ["id", "1"],
      ["id", "2"],
    ]);
    expect([...all.entries()]).toEqual([
      ["intent", "approve"],
      ["all", "yes"],
    ]);
  });

  it("says the effect in money before anything moves", () => {
    const usd = (amountMinor: string) => ({ amountMinor, currency: "USD" });
    const rows = [
      { oldPrice: usd("1000"), newPrice: usd("900") },
      { oldPrice: usd("1000"), newPrice: usd("1025") },
    ];

    expect(moveEffect(rows)).toBe("1 up, 1 down; all prices together −$0.75");
    expect(moveEffect([])).toBeNull();
  });

  it.each([
    [-1, 1, 3, 0],
    [0, 1, 3, 1],
    [2, 1, 3, 2],
    [0, -1, 3, 0],
  ] as const)("from row %s by %s of %s goes to %s", (here, step, count, expected) => {
    expect(nextRow(here, step, count)).toBe(expected);
  });
});

describe("forms", () => {
  it("are dirty only while something differs from what is saved", () => {
    const saved = { cost: "5.00", floor: "" };

    expect(isDraftDirty(saved, {})).toBe(false);
    expect(isDraftDirty(saved, { cost: "5.00" })).toBe(false);
    expect(isDraftDirty(saved, { floor: "6" })).toBe(true);
  });

  it.each(FIRST_RULES)("show the first rule of $channel as texts", ({ channel, rule }) => {
    const values = ruleValues({ channel, body: JSON.parse(encodeRule(rule)) }, "USD");

    expect(values).toEqual({
      strategy: channel === "amazon" ? "match" : "follow",
      target: "featured",
      beatBy: "0.01",
      offset: "0",
      minMargin: "10",
      maxStep: "10",
    });
  });

  it("start from the cautious limits when a stored rule cannot be read", () => {
    expect(ruleValues({ channel: "amazon", body: { nonsense: true } }, "USD").strategy).toBe(
      "match",
    );
  });
});

describe("what Shopify's library throws", () => {
  it.each([
    [
      '\n      <script data-api-key="abc123" src="https://cdn.shopify.com/shopifycloud/app-bridge.js"></script>\n',
      true,
    ],
    ['Error: No route matches URL "/app/<script>alert(1)</script>"', false],
    ["<script>alert(1)</script>", false],
    [{ kind: "failure" }, false],
    [undefined, false],
  ])("%s is shown as markup: %s", (data, expected) => {
    expect(isBridgeDocument(data)).toBe(expected);
  });
});
