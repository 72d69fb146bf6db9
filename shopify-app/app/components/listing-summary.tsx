import type { Channel } from "@calibr/shared/core/channel";
import type { ListingView } from "@calibr/shared/ports/shop-views";
import { CHANNEL_NAMES } from "../copy/channels.ts";
import { moneyWords } from "../copy/money.ts";
import { reasonTitle } from "../copy/reasons.ts";
import { STATE_WORDS } from "../copy/states.ts";
import { Price } from "./price-text.tsx";

/** What an item costs on one channel, and what Calibr last said about it. */
export function ListingSummary(props: {
  listings: readonly ListingView[];
  channel: Channel;
  isNamed?: boolean;
}) {
  const own = props.listings.filter((listing) => listing.channel === props.channel);
  const [listing] = own;
  return (
    <div className="listing-summary">
      {props.isNamed === true && <span className="quiet">{CHANNEL_NAMES[props.channel]}</span>}
      {listing === undefined ? (
        <span className="quiet">Not listed</span>
      ) : (
        <ListingLines listing={listing} />
      )}
      {own.length > 1 && <span className="quiet">{`and ${own.length - 1} more`}</span>}
    </div>
  );
}

function ListingLines({ listing }: { listing: ListingView }) {
  return (
    <>
      <span>
        <Price amount={listing.price} isStrong />
        {listing.featuredLanded !== null && (
          <span className="quiet">{` · featured ${moneyWords(listing.featuredLanded)}`}</span>
        )}
      </span>
      <span className="quiet listing-why">{listingStatus(listing)}</span>
    </>
  );
}

/** The one thing to know about a listing: its open change, why it is held, or that it is not active. */
export function listingStatus(listing: ListingView): string {
  if (listing.status !== "active") return "Not active";
  if (listing.openChange !== null) {
    const { label } = STATE_WORDS[listing.openChange.state];
    return `${label}: ${moneyWords(listing.openChange.newPrice)}`;
  }
  const first = listing.decision?.reasons[0];
  return first === undefined ? "Not looked at yet" : reasonTitle(first.code);
}
