import { BlockStack, Card, Text } from "@shopify/polaris";
import type { ListingMarketView, RivalView } from "@calibr/shared/ports/market-views";
import { BUY_BOX_WORDS } from "../copy/market.ts";
import { countWords, moneyWords, plural } from "../copy/money.ts";
import { shortInstantWords, zoneWords } from "../copy/time.ts";
import { Price } from "./price-text.tsx";
import { useTimeZone } from "./time-zone.tsx";

/** Who else sells the ASIN of a listing, who was featured when, and how well it sells. */
export function MarketCard({ name, market }: { name: string; market: ListingMarketView }) {
  const { rivals, boxChanges, ranks } = market;
  if (rivals.length === 0 && boxChanges.length === 0 && ranks.length === 0) return null;
  return (
    <Card>
      <BlockStack gap="400">
        <div className="listing-head">
          <Text as="h2" variant="headingMd">{`Market ${name}`}</Text>
          <span className="quiet whole">{offersWords(market)}</span>
        </div>
        {rivals.length > 0 && <RivalsTable rivals={rivals} />}
        {ranks.length > 0 && (
          <p>
            <span className="quiet">Sales rank: </span>
            {ranks.map((each) => `#${countWords(each.rank)} in ${each.category}`).join(", ")}
          </p>
        )}
        {boxChanges.length > 0 && <BoxHistory changes={boxChanges} />}
      </BlockStack>
    </Card>
  );
}

function offersWords({ rivals, offersTotal }: ListingMarketView): string {
  if (offersTotal === null || offersTotal <= rivals.length) return plural(rivals.length, "offer");
  return `${countWords(rivals.length)} of ${plural(offersTotal, "offer")}`;
}

function RivalsTable({ rivals }: { rivals: readonly RivalView[] }) {
  return (
    <div className="table-scroll">
      <table className="plain-table">
        <caption className="visually-hidden">Offers, lowest first</caption>
        <thead>
          <tr>
            <th scope="col">Seller</th>
            <th scope="col" className="number">
              With shipping
            </th>
            <th scope="col">Ships</th>
            <th scope="col">Rating</th>
            <th scope="col" className="not-on-phone">
              Moves, 30 days
            </th>
          </tr>
        </thead>
        <tbody>
          {rivals.map((rival, place) => (
            <tr key={`${rival.sellerId}-${String(place)}`} data-own={rival.isOwn}>
              <th scope="row">
                {rival.isOwn ? "You" : rival.isAmazonRetail ? "Amazon itself" : rival.sellerId}
                {rival.isFeatured && <span className="tag">featured</span>}
              </th>
              <td className="number">
                <Price amount={rival.landed} />
              </td>
              <td>{rival.fulfilment === "amazon" ? "Amazon" : "Seller"}</td>
              <td className="whole">
                {rival.positivePercent === null
                  ? "–"
                  : `${String(Math.round(rival.positivePercent))} %`}
                {rival.positivePercent !== null && rival.feedbackCount !== null && (
                  <span className="not-on-phone">{` of ${countWords(rival.feedbackCount)}`}</span>
                )}
              </td>
              <td className="not-on-phone">{movesWords(rival)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function movesWords(rival: RivalView): string {
  if (rival.isOwn) return "–";
  return rival.moves === 0 ? "none seen" : countWords(rival.moves);
}

// The line is read from left to right in time; more than these are no help to anybody.
const LINES_MAX = 8;

function BoxHistory({ changes }: { changes: ListingMarketView["boxChanges"] }) {
  const zone = useTimeZone();
  const shown = changes.slice(0, LINES_MAX);
  return (
    <section className="card-part">
      <Text as="h3" variant="headingSm">
        Who was featured
      </Text>
      {changes.length > 1 && (
        <div className="box-line" aria-hidden="true">
          {changes.toReversed().map((change) => (
            <span key={change.at} data-state={change.state} />
          ))}
        </div>
      )}
      <ol className="bare-list">
        {shown.map((change) => (
          <li key={change.at}>
            <time dateTime={change.at} className="quiet">
              {`${shortInstantWords(change.at, zone)} ${zoneWords(change.at, zone)}`}
            </time>{" "}
            {BUY_BOX_WORDS[change.state]}
            {change.landed !== null && ` at ${moneyWords(change.landed)}`}
          </li>
        ))}
      </ol>
    </section>
  );
}
