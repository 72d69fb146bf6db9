import { Badge } from "@shopify/polaris";
import { findMarketplace } from "@calibr/shared/core/marketplaces";
import type { MarketplaceView } from "@calibr/shared/ports/connection-views";
import { placeName } from "../copy/countries.ts";
import { countWords } from "../copy/money.ts";

/** The country stores of a seller account, those with most listings first. */
export function StoresTable(props: {
  marketplaces: readonly MarketplaceView[];
  isConnected: boolean;
}) {
  const { marketplaces, isConnected } = props;
  const shown = marketplaces.filter((each) => each.isParticipating || each.listings > 0);
  const others = marketplaces.filter((each) => !shown.includes(each));
  return (
    <div className="table-scroll">
      <table className="plain-table">
        <caption className="visually-hidden">Country stores</caption>
        <thead>
          <tr>
            <th scope="col">Country store</th>
            <th scope="col">Currency</th>
            <th scope="col" className="number">
              Listings
            </th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((each) => (
            <tr key={each.marketplaceId}>
              <th scope="row">
                <span>{placeName(each.marketplaceId)}</span>
                <StoreName marketplace={each} />
              </th>
              <td>{each.currency}</td>
              <td className="number">{countWords(each.listings)}</td>
              <td>
                {isConnected ? <StoreBadge marketplace={each} /> : <Badge>Not followed</Badge>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {others.length > 0 && (
        <p className="quiet">
          {`Not selling in ${others.map((each) => placeName(each.marketplaceId)).join(", ")}`}
        </p>
      )}
    </div>
  );
}

/** The seller's own shop name, unless Amazon gives only the country store's address for one. */
function StoreName({ marketplace }: { marketplace: MarketplaceView }) {
  const { storeName, marketplaceId } = marketplace;
  const domain = findMarketplace(marketplaceId)?.domain ?? "";
  if (storeName === "" || storeName.toLowerCase() === domain.toLowerCase()) return null;
  return <span className="quiet">{storeName}</span>;
}

function StoreBadge({ marketplace }: { marketplace: MarketplaceView }) {
  if (!marketplace.isParticipating) return <Badge>No longer selling</Badge>;
  if (marketplace.hasSuspendedListings) return <Badge tone="warning">Listings suspended</Badge>;
  return <Badge tone="success">Selling</Badge>;
}
