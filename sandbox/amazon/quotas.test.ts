import { expect, it } from "vitest";
import { createQuotas } from "./quotas.ts";

it("grants the burst, then one call for each token that grows back", () => {
  let nowMs = 0;
  const quotas = createQuotas(() => nowMs);
  const takeAll = (count: number): string[] =>
    Array.from({ length: count }, () => quotas.take("getListingOffers", "A na"));

  const first = takeAll(3);
  nowMs += 999;
  const early = takeAll(1);
  nowMs += 1;
  const later = takeAll(2);

  expect(first).toEqual(["granted", "granted", "account"]);
  expect(early).toEqual(["account"]);
  expect(later).toEqual(["granted", "account"]);
});

it("keeps sellers and regions apart, and the application together", () => {
  const quotas = createQuotas(() => 0);
  quotas.set("getListingsItem", { rate: 5, burst: 2, applicationRate: 3 });
  const accounts = ["A na", "A na", "A na", "A eu", "B na"];

  const verdicts = accounts.map((account) => quotas.take("getListingsItem", account));

  expect(verdicts).toEqual(["granted", "granted", "account", "granted", "application"]);
});

it("grants everything while it is not enforced", () => {
  const quotas = createQuotas(() => 0);
  quotas.setEnforced(false);

  const verdicts = Array.from({ length: 50 }, () => quotas.take("createFeed", "A na"));

  expect(new Set(verdicts)).toEqual(new Set(["granted"]));
});
