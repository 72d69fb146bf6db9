import { Badge } from "@shopify/polaris";
import { findMarketplace } from "@calibr/shared/core/marketplaces";
import type { MarketplaceView } from "@calibr/shared/ports/connection-views";
import { placeName } from "../copy/countries.ts";
import { countWords } from "../copy/money.ts";

/** The country stores of a seller account, those with most listings first. */
export function StoresTable({ marketplaces }: { marketplaces: readonly MarketplaceView[] }) {
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
          {marketplaces.map((each) => (
            <tr key={each.marketplaceId}>
              <th scope="row">
                <span>{placeName(each.marketplaceId)}</span>
                <StoreName marketplace={each} />
              </th>
              <td>{each.currency}</td>
              <td className="number">{countWords(each.listings)}</td>
              <td>
                <StoreBadge marketplace={each} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
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
