/** A listing from a control call: only the SKU is needed, the rest has ordinary values. */
import { ControlError } from "../http/control.ts";
import type { ControlArguments } from "../http/control.ts";
import { CONDITION_CODES } from "./listing.ts";
import type { ConditionType, SeedListing } from "./listing.ts";
import { findMarketplace } from "./marketplaces.ts";

const STATUSES = ["ACTIVE", "INACTIVE", "INCOMPLETE"] as const;

export function parseSeedListing(args: ControlArguments): SeedListing {
  const sku = text(args, "sku", "");
  if (sku === "") throw new ControlError('"sku" must be text');
  const marketplaceId = text(args, "marketplaceId", "ATVPDKIKX0DER");
  const status = STATUSES.find((known) => known === (args["status"] ?? "ACTIVE"));
  if (status === undefined)
    throw new ControlError(`"status" must be one of ${STATUSES.join(", ")}`);
  const asin = args["asin"] === null ? null : text(args, "asin", asinOf(sku));
  const sale = args["salePriceMinor"];
  return {
    sku,
    asin,
    title: text(args, "title", `Listing ${sku}`),
    brand: text(args, "brand", "Specimen Works"),
    productType: text(args, "productType", "HOME"),
    barcode: text(args, "barcode", "9520000047119"),
    fulfilment: args["fulfilment"] === "AMAZON" ? "AMAZON" : "MERCHANT",
    conditionType: conditionOf(args),
    quantity: whole(args, "quantity") ?? 25,
    status,
    weightGrams: whole(args, "weightGrams") ?? 400,
    marketplaceId,
    // Any text: a currency nobody knows is one of the odd things a test adds.
    currency: text(args, "currency", findMarketplace(marketplaceId)?.currency ?? "USD"),
    priceMinor: args["priceMinor"] === null ? null : (whole(args, "priceMinor") ?? 2_499),
    ...optional("minimumMinor", whole(args, "minimumMinor")),
    ...optional("maximumMinor", whole(args, "maximumMinor")),
    ...optional("businessPriceMinor", whole(args, "businessPriceMinor")),
    ...optional("points", whole(args, "points")),
    ...(args["parentAsin"] === undefined ? {} : { parentAsin: text(args, "parentAsin", "") }),
    ...(typeof sale === "number"
      ? {
          sale: {
            priceMinor: sale,
            fromMs: -60_000,
            untilMs: whole(args, "saleForMs") ?? 86_400_000,
          },
        }
      : {}),
    isAutomated: args["isAutomated"] === true,
    isSilent: args["isSilent"] === true,
  };
}

function conditionOf(args: ControlArguments): ConditionType {
  const asked = args["conditionType"] ?? "new_new";
  const known = (Object.keys(CONDITION_CODES) as ConditionType[]).find((word) => word === asked);
  if (known === undefined) throw new ControlError(`"conditionType" is none that is known here`);
  return known;
}

function mixedStatus(index: number, status: SeedListing["status"]): SeedListing["status"] {
  if (index % 50 === 49) return "INCOMPLETE";
  return index % 10 === 9 ? "INACTIVE" : status;
}

const BULK_MAX = 200_000;

/**
 * `count` listings `<prefix>-000001`…, alike but for SKU, ASIN, barcode and a price that varies a
 * little; every other argument is that of one listing. Mixed: a third is fulfilled by Amazon, some are
 * inactive, a few incomplete and without a page.
 */
export function parseBulkSeeds(args: ControlArguments): SeedListing[] {
  const count = whole(args, "count") ?? 0;
  if (count < 1 || count > BULK_MAX)
    throw new ControlError(`"count" must be between 1 and ${BULK_MAX}`);
  const prefix = text(args, "prefix", "BULK");
  const pattern = parseSeedListing({ ...args, sku: prefix });
  const title = text(args, "title", `${prefix} listing`);
  const isMixed = args["isMixed"] === true;
  return Array.from({ length: count }, (_, index) => {
    const number = String(index + 1).padStart(6, "0");
    const sku = `${prefix}-${number}`;
    const status = isMixed ? mixedStatus(index, pattern.status) : pattern.status;
    return {
      ...pattern,
      sku,
      status,
      asin: status === "INCOMPLETE" ? null : asinOf(sku),
      ...(isMixed
        ? { fulfilment: index % 3 === 0 ? ("AMAZON" as const) : pattern.fulfilment }
        : {}),
      title: `${title} ${number}`,
      barcode: ean13(`952${asinDigits(sku)}`),
      priceMinor: (pattern.priceMinor ?? 2_499) + (index % 500),
    };
  });
}

function text(args: ControlArguments, name: string, fallback: string): string {
  const value = args[name] ?? fallback;
  if (typeof value !== "string") throw new ControlError(`"${name}" must be text`);
  return value;
}

function whole(args: ControlArguments, name: string): number | undefined {
  const value = args[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isSafeInteger(value)) {
    throw new ControlError(`"${name}" must be a whole number`);
  }
  return value;
}

function optional(
  name: "minimumMinor" | "maximumMinor" | "businessPriceMinor" | "points",
  value: number | undefined,
) {
  return value === undefined ? {} : { [name]: value };
}

/** An ASIN of the SKU's own, always the same for the same SKU. */
function asinOf(sku: string): string {
  let hash = 7;
  for (const letter of sku) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 2_821_109_907_456;
  return `B0${hash.toString(36).toUpperCase().padStart(8, "0").slice(-8)}`;
}

function asinDigits(sku: string): string {
  let hash = 11;
  for (const letter of sku) hash = (hash * 37 + (letter.codePointAt(0) ?? 0)) % 1_000_000_000;
  return String(hash).padStart(9, "0");
}

/** Twelve digits with their check digit. */
function ean13(digits: string): string {
  const sum = [...digits].reduce((total, digit, at) => total + Number(digit) * (at % 2 ? 3 : 1), 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}
