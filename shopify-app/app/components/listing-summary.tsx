import type { Channel } from "@calibr/shared/core/channel";
import type { AmazonFactsView } from "@calibr/shared/ports/market-views";
import type { ListingView } from "@calibr/shared/ports/shop-views";
import { CHANNEL_NAMES } from "../copy/channels.ts";
import { BUY_BOX_WORDS, suppressionWords } from "../copy/market.ts";
import { moneyWords } from "../copy/money.ts";
import { reasonTitle } from "../copy/reasons.ts";
import { STATE_WORDS } from "../copy/states.ts";
import { Ago } from "./ago.tsx";
import { Price } from "./price-text.tsx";

/** What an item costs on one channel, and what Calibr last said about it. */
export function ListingSummary(props: {
  listings: readonly ListingView[];
  channel: Channel;
  now: string;
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
        <ListingLines listing={listing} now={props.now} />
      )}
      {own.length > 1 && <span className="quiet">{`and ${own.length - 1} more`}</span>}
    </div>
  );
}

function ListingLines({ listing, now }: { listing: ListingView; now: string }) {
  return (
    <>
      <span>
        <Price amount={listing.price} isStrong />
        {listing.featuredLanded !== null && (
          <span className="quiet">{` · featured ${moneyWords(listing.featuredLanded)}`}</span>
        )}
      </span>
      <span className="quiet listing-why">{listingStatus(listing)}</span>
      {listing.amazon !== null && <AmazonNote facts={listing.amazon} now={now} />}
    </>
  );
}

/** What is out of the ordinary at Amazon; silent when the featured offer is ours. */
function AmazonNote({ facts, now }: { facts: AmazonFactsView; now: string }) {
  const { buyBox, silentSince } = facts;
  const suppression = suppressionWords(facts);
  const box = buyBox === null || buyBox.state === "won" ? null : buyBox;
  if (suppression === null && box === null && silentSince === null) return null;
  return (
    <span className="listing-why">
      {suppression !== null && <span className="flag">{suppression}</span>}
      {suppression === null && box !== null && (
        <span className={box.state === "suppressed" ? "flag" : "quiet"}>
          {BUY_BOX_WORDS[box.state]} <Ago at={box.since} now={now} />
        </span>
      )}
      {silentSince !== null && (
        <span
          className="quiet"
          title="Amazon sends no news of this ASIN; regular checks find changes"
        >
          {suppression === null && box === null ? "Silent" : " · Silent"}
        </span>
      )}
    </span>
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
