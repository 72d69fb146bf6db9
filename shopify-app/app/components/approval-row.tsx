import { Link } from "@remix-run/react";
import { IndexTable } from "@shopify/polaris";
import type { ReactNode } from "react";
import type { ChangeView } from "@calibr/shared/ports/shop-views";
import { paths } from "../http/paths.ts";
import { Ago } from "./ago.tsx";
import { ChannelTag } from "./badges.tsx";
import { PriceChange, PriceRange } from "./price-text.tsx";
import { ReasonList } from "./reason-list.tsx";

interface RowProps {
  readonly row: ChangeView;
  readonly now: string;
  readonly buttons: ReactNode;
}

/** One waiting price on a wide screen. */
export function ApprovalCells({ row, now, buttons }: RowProps) {
  return (
    <>
      <IndexTable.Cell className="cell-product">
        <ProductName row={row} />
      </IndexTable.Cell>
      <IndexTable.Cell>
        <div className="price-and-age">
          <PriceChange from={row.oldPrice} to={row.newPrice} />
          <Ago at={row.proposedAt} now={now} />
        </div>
      </IndexTable.Cell>
      <IndexTable.Cell>
        <PriceRange floor={row.floor} ceiling={row.ceiling} />
      </IndexTable.Cell>
      <IndexTable.Cell className="cell-why">
        <ReasonList reasons={row.reasons} isShort />
      </IndexTable.Cell>
      <IndexTable.Cell>{buttons}</IndexTable.Cell>
    </>
  );
}

/** The same on a phone, one under the other. */
export function ApprovalPhoneRow({ row, now, buttons }: RowProps) {
  return (
    <div className="phone-row">
      <ProductName row={row} />
      <div className="line-end">
        <PriceChange from={row.oldPrice} to={row.newPrice} />
        <Ago at={row.proposedAt} now={now} />
      </div>
      <ReasonList reasons={row.reasons} isShort />
      <span className="quiet">
        Limits <PriceRange floor={row.floor} ceiling={row.ceiling} />
      </span>
      {buttons}
    </div>
  );
}

function ProductName({ row }: { row: ChangeView }) {
  return (
    <div
      className="product-name"
      data-change-row={row.changeId}
      onClick={(event) => event.stopPropagation()}
    >
      <Link
        to={paths.change(row.changeId)}
        className="plain-link"
        title="See what this is based on"
      >
        {row.title}
      </Link>
      <span className="meta">
        <ChannelTag channel={row.channel} />
        {row.sku !== null && <span className="sku">{row.sku}</span>}
      </span>
    </div>
  );
}
