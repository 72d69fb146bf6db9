import { beforeEach, describe, expect, it } from "vitest";
import type { ConnectionId, ShopId } from "../../core/ids.ts";
import type { ListingFact } from "../../ports/listing-source.ts";
import { listingFact, makeLinkedProduct, rowsOf, US } from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import { decideLink } from "./decide-link.ts";
import { linkListings } from "./link-listings.ts";

const pipeline = usePipeline();
let shopId: ShopId;
let connections: { amazon: ConnectionId; shopify: ConnectionId };

beforeEach(async () => {
  ({ shopId } = await makeLinkedProduct(pipeline));
  const idOf = async (channel: "amazon" | "shopify"): Promise<ConnectionId> => {
    const [found] = await pipeline.inShop(shopId, (tx) => tx.connections.byChannel(channel));
    if (found === undefined) throw new Error(`the product has a ${channel} connection`);
    return found.connectionId;
  };
  connections = { amazon: await idOf("amazon"), shopify: await idOf("shopify") };
});

interface Row {
  listing_id: string;
  external_id: string;
  item_id: string;
  link_evidence: string;
  link_supports: string[];
  link_confidence_bps: number;
  units_per_sale: number;
}
const rows = async () =>
  new Map(
    (
      await rowsOf<Row>(
        pipeline.pool,
        shopId,
        "SELECT listing_id, external_id, item_id, link_evidence, link_supports, link_confidence_bps, units_per_sale FROM listing",
      )
    ).map((row) => [row.external_id, row]),
  );
const reviews = () =>
  rowsOf<{ why: string; state: string; candidates: { shopifyId: string; unitsPerSale: number }[] }>(
    pipeline.pool,
    shopId,
    "SELECT why, state, candidates FROM link_review ORDER BY listing_id",
  );

async function bring(shopify: Partial<ListingFact>[], amazon: Partial<ListingFact>[]) {
  const variants = shopify.map((fact, place) =>
    listingFact({ externalId: `V${String(place + 1)}`, title: `Thing ${String(place)}`, ...fact }),
  );
  const offers = amazon.map((fact, place) => {
    const externalId = fact.sku ?? `A${String(place + 1)}`;
    return listingFact({ externalId, sku: externalId, marketplaceId: US, title: "Offer", ...fact });
  });
  return pipeline.inShop(shopId, async (tx) => {
    const now = pipeline.clock.now();
    await tx.catalog.saveListings(connections.shopify, "shopify", variants, now);
    await tx.catalog.saveListings(connections.amazon, "amazon", offers, now);
    return linkListings(tx, now);
  });
}
const again = () => pipeline.inShop(shopId, (tx) => linkListings(tx, pipeline.clock.now()));
const decide = async (sku: string, variant: string | null, units = "1") => {
  const known = await rows();
  return decideLink(pipeline, {
    shopId,
    listingId: known.get(sku)?.listing_id ?? "",
    variantId: variant === null ? null : (known.get(variant)?.listing_id ?? ""),
    units,
    person: "ana",
  });
};

describe("linking", () => {
  it("keeps with each link what it stands on, all that supports it and how sure it is", async () => {
    const barcode = "4006381333931";
    await bring(
      [
        { sku: "MUG", barcode },
        { sku: "BOWL", asinField: "B0BOWL0001" },
      ],
      [
        { sku: "MUG", barcode },
        { sku: "AMZ-BOWL", parentId: "B0BOWL0001" },
        { sku: "AMZ-BOWL-FBA", parentId: "B0BOWL0001", fulfilment: "amazon" },
      ],
    );

    const known = await rows();
    expect(known.get("MUG")).toMatchObject({
      link_evidence: "exact_sku",
      link_supports: ["exact_sku", "barcode"],
      link_confidence_bps: 10_000,
      item_id: known.get("V1")?.item_id,
    });
    for (const sku of ["AMZ-BOWL", "AMZ-BOWL-FBA"]) {
      expect(known.get(sku)).toMatchObject({
        link_evidence: "asin_field",
        link_confidence_bps: 8_000,
        item_id: known.get("V2")?.item_id,
      });
    }
  });

  it("takes the barcode of the catalogue page where no SKU speaks, and never against one", async () => {
    const pages = [
      { asin: "B0FBATWIN1", type: "UPC", value: "036000291452" },
      { asin: "B0OTHERONE", type: "EAN", value: "4006381333931" },
    ];
    await bring(
      [
        { sku: "MUG", barcode: "0036000291452" },
        { sku: "BOWL", barcode: "5901234123457" },
      ],
      [
        { sku: "MUG-FBA", parentId: "B0FBATWIN1", fulfilment: "amazon" },
        { sku: "BOWL", parentId: "B0OTHERONE" },
      ],
    );
    expect((await rows()).get("MUG-FBA")).toMatchObject({ link_evidence: "own_sku" });
    await pipeline.inShop(shopId, async (tx) => {
      expect(await tx.links.hasAlone(connections.amazon)).toBe(true);
      const facts = pages.map(({ asin, ...identifier }) => ({
        asin,
        title: null,
        brand: null,
        imageUrl: null,
        productGroup: null,
        identifiers: [{ type: "ISSN", value: "1" }, identifier],
        ranks: [],
      }));
      const asins = pages.map(({ asin }) => asin);
      await tx.catalogFacts.saveAsins(US, asins, facts, pipeline.clock.now());
    });

    await again();

    const known = await rows();
    expect(known.get("MUG-FBA")).toMatchObject({
      link_evidence: "barcode",
      item_id: known.get("V1")?.item_id,
    });
    expect(known.get("BOWL")).toMatchObject({ link_evidence: "exact_sku" });
    const isAlone = await pipeline.inShop(shopId, (tx) => tx.links.hasAlone(connections.amazon));
    expect(isAlone).toBe(false);
  });

  it("counts the listings of the account that it is asked for", async () => {
    const counts = await bring([{ sku: "MUG" }], [{ sku: "MUG" }, { sku: "ALONE" }]);
    const [own, none] = await pipeline.inShop(shopId, async (tx) => [
      await linkListings(tx, pipeline.clock.now(), connections.amazon),
      await linkListings(tx, pipeline.clock.now(), connections.shopify),
    ]);

    expect(own).toEqual(counts);
    expect(own).toMatchObject({ unmatched: 1 });
    expect(none).toEqual({ linked: 0, review: 0, unmatched: 0 });
  });

  it("asks a person where only the title speaks, and links nothing on it", async () => {
    await bring([{ title: "Linen tea towel" }], [{ sku: "X", title: "Tea towel, linen" }]);

    const known = await rows();
    expect(known.get("X")?.item_id).not.toBe(known.get("V1")?.item_id);
    expect(await reviews()).toMatchObject([
      {
        why: "similar_title",
        state: "open",
        candidates: [{ shopifyId: known.get("V1")?.listing_id, unitsPerSale: 1 }],
      },
    ]);
  });

  it("closes a question by itself when the doubt is gone", async () => {
    await bring([{ title: "Linen tea towel" }], [{ sku: "X", title: "Linen tea towel" }]);
    expect(await reviews()).toHaveLength(1);

    await bring([{ title: "Linen tea towel", sku: "X" }], [{ sku: "X", title: "Linen towel" }]);

    expect(await reviews()).toEqual([]);
  });
});

describe("a person's word", () => {
  it("links a pack: cost and bounds count once for each unit in it, and no import undoes it", async () => {
    await bring([{ sku: "MUG" }], [{ sku: "MUG-3", title: "Thing 0 (pack of 3)" }]);
    const itemId = (await rows()).get("V1")?.item_id;

    expect(await decide("MUG-3", "V1", "3")).toBe("linked");
    await again();

    expect((await rows()).get("MUG-3")).toMatchObject({
      item_id: itemId,
      link_evidence: "merchant",
      units_per_sale: 3,
    });
    await rowsOf(
      pipeline.pool,
      shopId,
      `UPDATE item SET cost_minor = 700, cost_currency = 'USD', floor_minor = 900, bounds_currency = 'USD' WHERE item_id = ${itemId ?? ""}`,
    );
    const dirty = await pipeline.inShop(shopId, (tx) => tx.decisions.claimDirty(100));
    const pack = dirty.find((each) => each.sku === "MUG-3");
    expect(pack).toMatchObject({ cost: { minor: 2_100n }, floorMinor: 2_700n });
  });

  it("that nothing fits is asked once, and again only when something else comes into question", async () => {
    await bring([{ title: "Linen tea towel" }], [{ sku: "X", title: "Tea towel linen" }]);

    expect(await decide("X", null)).toBe("dismissed");
    expect(await again()).toMatchObject({ review: 0 });
    expect(await reviews()).toMatchObject([{ state: "dismissed" }]);

    await bring(
      [{ title: "Linen tea towel" }, { title: "Tea towel of linen" }],
      [{ sku: "X", title: "Tea towel linen" }],
    );
    expect(await reviews()).toMatchObject([{ state: "open" }]);
  });

  it.each([
    ["a listing nobody knows", "NOBODY", "V1", "1", "not_found"],
    ["a variant nobody knows", "X", "V9", "1", "not_found"],
    ["no units", "X", "V1", "0", "units_invalid"],
    ["units that are no number", "X", "V1", "a few", "units_invalid"],
    ["more units than one sale holds", "X", "V1", "1001", "units_invalid"],
  ])("about %s is refused and changes nothing", async (_what, sku, variant, units, outcome) => {
    await bring([{ title: "Linen tea towel" }], [{ sku: "X", title: "Linen tea towel" }]);
    const before = await rows();

    expect(await decide(sku, variant, units)).toBe(outcome);
    expect(await rows()).toEqual(before);
  });
});
