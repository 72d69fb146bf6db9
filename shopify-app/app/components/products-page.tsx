import { Link } from "@remix-run/react";
import { Button, Card, IndexTable, Page } from "@shopify/polaris";
import { ProductIcon, SearchIcon } from "@shopify/polaris-icons";
import type { PageOf, ProductFilter, ProductRow } from "@calibr/shared/ports/shop-views";
import { countWords, plural } from "../copy/money.ts";
import {
  EMPTY_FILTER_WORDS,
  PRODUCT_FILTER_WORDS,
  PRODUCT_FILTERS,
} from "../copy/product-filters.ts";
import type { PageFacts } from "../http/page-facts.server.ts";
import { paths } from "../http/paths.ts";
import { Empty } from "./empty.tsx";
import { FilterChips } from "./filter-chips.tsx";
import { ListingSummary } from "./listing-summary.tsx";
import { Pager } from "./pager.tsx";
import { Picture } from "./picture.tsx";
import { Price, PriceRange } from "./price-text.tsx";
import { SearchForm } from "./search-form.tsx";
import { useIsPhone } from "./use-is-phone.ts";

export interface ProductsPageProps extends PageFacts {
  readonly ask: {
    readonly after: string | null;
    readonly query: string | null;
    readonly filter: ProductFilter;
  };
  readonly page: PageOf<ProductRow>;
  /** Amazon listings whose variant a person has to name. */
  readonly linksToCheck: number;
}

/** The merchant's items, each with what its listings cost now and why. */
export function ProductsPage({ ask, page, isPhone, linksToCheck, now }: ProductsPageProps) {
  const { query: q, filter } = ask;
  const shownFilter = filter === "all" ? null : filter;
  return (
    <Page title="Products" subtitle={plural(page.total, "item")} fullWidth>
      <Card padding="0">
        <div className="toolbar">
          <FilterChips
            label="Filter"
            chips={[
              ...PRODUCT_FILTERS.map((each) => ({
                url: paths.products({ q, filter: each === "all" ? null : each }),
                text: PRODUCT_FILTER_WORDS[each],
                isCurrent: each === filter,
              })),
              ...linksChip(linksToCheck),
            ]}
          />
          <SearchForm
            key={q ?? ""}
            action={paths.products()}
            query={q}
            label="Search product, SKU or ASIN"
            kept={{ filter: shownFilter }}
          />
        </div>
        {page.rows.length === 0 ? (
          <NoProducts query={q} filter={filter} />
        ) : (
          <ProductsTable rows={page.rows} isPhone={isPhone} now={now} />
        )}
        <Pager
          shown={page.rows.length}
          total={page.total}
          noun="items"
          firstUrl={ask.after === null ? null : paths.products({ q, filter: shownFilter })}
          nextUrl={
            page.next === null ? null : paths.products({ q, filter: shownFilter, after: page.next })
          }
        />
      </Card>
    </Page>
  );
}

/** The way to the links that wait for a person; they have a page of their own. */
function linksChip(count: number) {
  if (count === 0) return [];
  return [{ url: paths.links(), text: `Links to check (${countWords(count)})`, isCurrent: false }];
}

function ProductsTable(props: { rows: readonly ProductRow[]; isPhone: boolean; now: string }) {
  const { rows, isPhone: hint, now } = props;
  const isPhone = useIsPhone(hint);
  return (
    <IndexTable
      selectable={false}
      condensed={isPhone}
      itemCount={rows.length}
      resourceName={{ singular: "item", plural: "items" }}
      headings={[
        { title: "Product" },
        { title: "Amazon" },
        { title: "Shopify" },
        { title: "Cost", alignment: "end" },
        { title: "Floor – ceiling", alignment: "end" },
      ]}
    >
      {rows.map((row, position) => (
        <IndexTable.Row key={row.itemId} id={row.itemId} position={position}>
          {isPhone ? <PhoneRow row={row} now={now} /> : <WideCells row={row} now={now} />}
        </IndexTable.Row>
      ))}
    </IndexTable>
  );
}

function WideCells({ row, now }: { row: ProductRow; now: string }) {
  return (
    <>
      <IndexTable.Cell className="cell-product">
        <ItemName row={row} />
      </IndexTable.Cell>
      <IndexTable.Cell className="cell-listing">
        <ListingSummary listings={row.listings} channel="amazon" now={now} />
      </IndexTable.Cell>
      <IndexTable.Cell className="cell-listing">
        <ListingSummary listings={row.listings} channel="shopify" now={now} />
      </IndexTable.Cell>
      <IndexTable.Cell>
        <span className="cell-end">
          {row.cost === null ? <NoCost /> : <Price amount={row.cost} />}
        </span>
      </IndexTable.Cell>
      <IndexTable.Cell>
        <span className="cell-end">
          <ItemWalls row={row} />
        </span>
      </IndexTable.Cell>
    </>
  );
}

function PhoneRow({ row, now }: { row: ProductRow; now: string }) {
  return (
    <div className="phone-row">
      <ItemName row={row} />
      <div className="phone-pair">
        <ListingSummary listings={row.listings} channel="amazon" now={now} isNamed />
        <ListingSummary listings={row.listings} channel="shopify" now={now} isNamed />
      </div>
      {row.cost === null && <NoCost />}
    </div>
  );
}

function ItemName({ row }: { row: ProductRow }) {
  return (
    <div className="pictured">
      <Picture url={row.listings.find((listing) => listing.imageUrl !== null)?.imageUrl ?? null} />
      <div className="product-name">
        <Link to={paths.product(row.itemId)} className="plain-link" data-primary-link>
          {row.title}
        </Link>
        <span className="meta">
          <span className="sku">{row.sku}</span>
        </span>
      </div>
    </div>
  );
}

/** Hand-set limits, else those of the last Amazon decision; marked as worked out. */
function ItemWalls({ row }: { row: ProductRow }) {
  if (row.floor !== null || row.ceiling !== null)
    return <PriceRange floor={row.floor} ceiling={row.ceiling} />;
  const decided = row.listings.find((listing) => listing.decision?.floor != null)?.decision;
  if (!decided) return <span className="quiet">–</span>;
  return (
    <span className="quiet" title="Worked out from cost, fees and margin">
      <PriceRange floor={decided.floor} ceiling={decided.ceiling} />
    </span>
  );
}

function NoCost() {
  return <span className="flag">No cost</span>;
}

function NoProducts({ query, filter }: { query: string | null; filter: ProductFilter }) {
  if (query !== null || filter !== "all") {
    return (
      <Empty
        icon={SearchIcon}
        title="No product fits"
        action={<Button url={paths.products()}>Show all products</Button>}
      >
        <p>{query === null ? EMPTY_FILTER_WORDS[filter] : "Change the filter or the search."}</p>
      </Empty>
    );
  }
  return (
    <Empty icon={ProductIcon} title="Your products are on their way">
      <p>
        Calibr reads your Shopify variants as soon as it is installed. Amazon listings follow once
        Amazon is connected.
      </p>
    </Empty>
  );
}
