import { afterEach, describe, expect, it } from "vitest";
import { AppError } from "../core/app-error.ts";
import { add, money, type Money } from "../core/money/money.ts";
import type { ChannelAccount } from "../ports/channel-account.ts";
import type { ListingAddress, PriceChannel, PricePush } from "../ports/price-channel.ts";

/** A channel with a few listings, as the suite finds it before each claim. */
export interface PriceChannelRig {
  readonly channel: PriceChannel;
  readonly account: ChannelAccount;
  /** At least four, each with the price it shows. */
  readonly listings: readonly { readonly address: ListingAddress; readonly price: Money }[];
  /** What the channel does not have. */
  readonly missing: ListingAddress;
  /** Until everything the channel took shows. */
  settle(): Promise<void>;
  /** The next write of this listing is carried out and its answer lost. */
  loseAnswerOf(address: ListingAddress): Promise<void>;
  /** The seller takes the consent back. */
  revoke(): Promise<void>;
  stop(): Promise<void>;
}

const signal = new AbortController().signal;

/** What every price channel keeps to, run on the fake one and on the real ones over their stand-ins. */
export function describePriceChannel(name: string, start: () => Promise<PriceChannelRig>): void {
  let rig: PriceChannelRig;
  const begin = async (): Promise<PriceChannelRig> => (rig = await start());
  const show = async (addresses: readonly ListingAddress[]): Promise<unknown[]> => {
    const readings = await rig.channel.readPrices(rig.account, addresses, signal);
    return readings.map((reading) => (reading.kind === "price" ? reading.price : reading.kind));
  };
  describe(`${name} as a price channel`, () => {
    afterEach(() => rig.stop());

    it("has nothing to do for no listings", async () => {
      const { channel, account } = await begin();

      expect(await channel.pushPrices(account, [], signal)).toEqual([]);
      expect(await channel.readPrices(account, [], signal)).toEqual([]);
    });

    it("brings each price to its own listing, exactly, and leaves the others as they are", async () => {
      const { channel, account, listings, settle } = await begin();
      const [untouched, ...changed] = listings.slice(0, 3);
      const pushes = changed.map((listing, place) => pushOf(listing, 1n + BigInt(place) * 10n));

      const outcomes = await channel.pushPrices(account, pushes, signal);
      await settle();

      expect(outcomes.map(({ kind }) => kind)).toEqual(pushes.map(() => "accepted"));
      const addresses = [...pushes.map((push) => push.address), addressOf(untouched)];
      expect(await show(addresses)).toEqual([
        ...pushes.map((push) => push.price),
        untouched?.price,
      ]);
    });

    it("reads in the order asked for, as many as it says at once", async () => {
      const { channel, listings } = await begin();
      const asked = Array.from({ length: channel.batchMax.read }, (_, place) => {
        const { address, price } = listingAt(listings, place % listings.length);
        return { address: { ...address }, price };
      });

      const shown = await show(asked.map(({ address }) => address));

      expect(shown).toEqual(asked.map(({ price }) => price));
    });

    it("says of a listing it does not have that it is missing, and reads the others", async () => {
      const { listings, missing } = await begin();
      const [first, second] = listings;

      const shown = await show([addressOf(first), missing, addressOf(second)]);

      expect(shown).toEqual([first?.price, "missing", second?.price]);
    });

    it("may be sent the same price again", async () => {
      const { channel, account, listings, settle } = await begin();
      const push = pushOf(listingAt(listings, 0), 10n);

      const first = await channel.pushPrices(account, [push], signal);
      await settle();
      const second = await channel.pushPrices(account, [push], signal);
      await settle();

      expect([...first, ...second].map(({ kind }) => kind)).toEqual(["accepted", "accepted"]);
      expect(await show([push.address])).toEqual([push.price]);
    });

    it("says that it does not know when an answer is lost, and reading tells", async () => {
      const { channel, account, listings, settle, loseAnswerOf } = await begin();
      const push = pushOf(listingAt(listings, 0), 10n);
      await loseAnswerOf(push.address);

      const [outcome] = await channel.pushPrices(account, [push], signal);
      await settle();

      expect(outcome?.kind).toBe("unknown");
      expect(await show([push.address])).toEqual([push.price]);
    });

    it("sends nothing once the worker stops, and says so", async () => {
      const { channel, account, listings, settle } = await begin();
      const listing = listingAt(listings, 0);

      const outcomes = await channel.pushPrices(
        account,
        [pushOf(listing, 10n)],
        AbortSignal.abort(),
      );
      await settle();

      expect(outcomes).toEqual([{ kind: "not_sent", code: "worker_stopping", afterMs: 0 }]);
      expect(await show([listing.address])).toEqual([listing.price]);
    });

    it("throws for the whole account when the consent is gone", async () => {
      const { channel, account, listings, revoke } = await begin();
      const push = pushOf(listingAt(listings, 0), 10n);
      await revoke();

      const pushing = channel.pushPrices(account, [push], signal);
      await expect(pushing).rejects.toBeInstanceOf(AppError);
      await expect(channel.readPrices(account, [push.address], signal)).rejects.toMatchObject({
        retry: "never",
      });
    });
  });
}

function pushOf(
  { address, price }: { readonly address: ListingAddress; readonly price: Money },
  addedMinor: bigint,
): PricePush {
  const changed = add(price, money(addedMinor, price.currency));
  return { address, price: changed, pushKey: `conformance ${String(changed.amountMinor)}` };
}

function listingAt<Listing>(listings: readonly Listing[], place: number): Listing {
  const listing = listings[place];
  if (listing === undefined) throw new Error(`The rig has ${listings.length} listings.`);
  return listing;
}

function addressOf(listing: { readonly address: ListingAddress } | undefined): ListingAddress {
  if (listing === undefined) throw new Error("The rig has no such listing.");
  return listing.address;
}
