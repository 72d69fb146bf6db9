import { Link } from "@remix-run/react";
import type { SyncDifferenceView } from "@calibr/shared/ports/sync-views";
import { placeName } from "../copy/countries.ts";
import { differenceValue, DIFFERENCE_WORDS, fieldName } from "../copy/syncs.ts";
import { paths } from "../http/paths.ts";

/** What a run found to be different: which listing, which fact, from what to what. */
export function DifferencesTable({ rows }: { rows: readonly SyncDifferenceView[] }) {
  return (
    <div className="table-scroll table-padded">
      <table className="plain-table">
        <caption className="visually-hidden">Differences</caption>
        <thead>
          <tr>
            <th scope="col">Listing</th>
            <th scope="col">What</th>
            <th scope="col">Before</th>
            <th scope="col">Now</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.differenceId}>
              <th scope="row">
                <ListingName row={row} />
              </th>
              <td>
                {DIFFERENCE_WORDS[row.kind]}
                {row.field !== null && <span className="quiet">{`: ${fieldName(row.field)}`}</span>}
              </td>
              <td className="breakable">{differenceValue(row, row.oldValue)}</td>
              <td className="breakable">{differenceValue(row, row.newValue)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ListingName({ row }: { row: SyncDifferenceView }) {
  const place = row.marketplaceId === "" ? "" : placeName(row.marketplaceId);
  const name = row.title ?? (row.sku === "" ? place : row.sku);
  return (
    <span className="product-name">
      {row.itemId === null ? (
        <span>{name}</span>
      ) : (
        <Link to={paths.product(row.itemId)} className="plain-link">
          {name}
        </Link>
      )}
      <span className="meta">
        {row.sku !== "" && <span className="sku">{row.sku}</span>}
        {name !== place && <span>{place}</span>}
      </span>
    </span>
  );
}
