/** Control calls about sellers, their consent and tokens, and the quotas. */
import {
  ControlError,
  flagArgument,
  optionalText,
  textArgument,
  wholeArgument,
} from "../../http/control.ts";
import type { ControlArguments, ControlVerbs } from "../../http/control.ts";
import { MARKETPLACES } from "../marketplaces.ts";
import type { AmazonRegion } from "../marketplaces.ts";
import { isPlanName } from "../quotas.ts";
import type { SellerAccount, SellerSpec } from "../seller-accounts.ts";
import type { AmazonWorld } from "../world.ts";
import { namedMarketplaces, namedSeller } from "./named-things.ts";

const DAY_MS = 86_400_000;
const REGIONS: readonly AmazonRegion[] = ["na", "eu", "fe"];

export function accountVerbs(world: AmazonWorld): ControlVerbs {
  const { lwa, quotas, sellers } = world;
  return {
    "add-seller": (args) => {
      const spec = parseSeller(args);
      if (sellers.find(spec.sellerId)) throw new ControlError(`${spec.sellerId} exists already`);
      return viewSeller(sellers.add(spec));
    },
    sellers: () => ({ sellers: sellers.all().map(viewSeller) }),
    authorize: (args) => {
      const { sellerId } = namedSeller(world, args);
      const agoMs = wholeArgument(args, "agoDays", 0) * DAY_MS;
      return { sellerId, refreshToken: lwa.authorize(sellerId, agoMs) };
    },
    "issue-code": (args) => {
      const { sellerId } = namedSeller(world, args);
      return { sellerId, code: lwa.issueCode(sellerId) };
    },
    authorized: (args) => ({ isAuthorized: lwa.isAuthorized(namedSeller(world, args).sellerId) }),
    revoke: (args) => lwa.revoke(namedSeller(world, args).sellerId),
    "expire-access-tokens": (args) => {
      const isAll = args["sellerId"] === undefined;
      lwa.expireAccessTokens(isAll ? undefined : namedSeller(world, args).sellerId);
    },
    "expire-secret": (args) => lwa.setSecretExpired(flagArgument(args, "isExpired", true)),
    stage: (args) => {
      const stage = textArgument(args, "stage");
      if (stage !== "draft" && stage !== "published") {
        throw new ControlError('"stage" must be "draft" or "published"');
      }
      world.setStage(stage);
    },
    metering: (args) => {
      const by = textArgument(args, "by");
      if (by !== "machine" && by !== "sandbox")
        throw new ControlError('"by" must be "machine" or "sandbox"');
      world.setMetering(by);
    },
    "enforce-quotas": (args) => quotas.setEnforced(flagArgument(args, "isEnforced", true)),
    "set-quota": (args) => {
      const plan = textArgument(args, "operation");
      if (!isPlanName(plan)) throw new ControlError(`no quota named "${plan}"`);
      const [rate, burst] = [Number(args["rate"]), Number(args["burst"])];
      if (!(rate >= 0) || !(burst >= 0))
        throw new ControlError('"rate" and "burst" must be numbers');
      quotas.set(plan, { rate, burst });
    },
  };
}

/** Region and marketplaces follow from each other where only one is stated. */
function parseSeller(args: ControlArguments): SellerSpec {
  const sellerId = textArgument(args, "sellerId");
  const listed = args["marketplaceIds"] ?? [];
  if (!Array.isArray(listed)) throw new ControlError('"marketplaceIds" must be a list');
  const marketplaceIds = namedMarketplaces(listed);
  const firstOf = (id: string | undefined) => MARKETPLACES.find((each) => each.id === id);
  const region = args["region"] ?? firstOf(marketplaceIds[0])?.region ?? "na";
  const known = REGIONS.find((each) => each === region);
  if (known === undefined) throw new ControlError(`"region" must be one of ${REGIONS.join(", ")}`);
  if (marketplaceIds.some((id) => firstOf(id)?.region !== known)) {
    throw new ControlError(`all of "marketplaceIds" must lie in ${known}`);
  }
  const storeName = optionalText(args, "storeName") ?? `Store ${sellerId}`;
  return { sellerId, region: known, storeName, marketplaceIds };
}

function viewSeller(account: SellerAccount) {
  const { sellerId, region, storeName } = account;
  return { sellerId, region, storeName, marketplaceIds: account.activeMarketplaceIds() };
}
