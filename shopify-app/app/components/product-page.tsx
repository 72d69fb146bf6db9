import { BlockStack, Card, Layout, Page, Text } from "@shopify/polaris";
import { Fragment } from "react";
import type { ProductView } from "@calibr/shared/ports/shop-views";
import { isInFlight } from "@calibr/shared/core/changes/states";
import { placeName } from "../copy/countries.ts";
import { paths } from "../http/paths.ts";
import { ItemMoneyForm } from "./item-money-form.tsx";
import { ListingCard } from "./listing-card.tsx";
import { listingNote, listingPlace } from "./listing-names.ts";
import { MarketCard } from "./market-card.tsx";
import { OutcomeBanner } from "./outcome-banner.tsx";
import { PriceHistory } from "./price-history.tsx";
import { ProductChanges } from "./product-changes.tsx";
import { SalesCard } from "./sales-card.tsx";
import { useAutoRefresh } from "./use-auto-refresh.ts";
import { useMoveChanges } from "./use-move-changes.ts";

/** One item with everything Calibr knows about its prices. */
export function ProductPage({ view, now }: { view: ProductView; now: string }) {
  const moves = useMoveChanges(view.changes);
  useAutoRefresh(view.changes.some((change) => isInFlight(change.state)));
  return (
    <Page
      title={view.title}
      subtitle={view.sku === "" ? "No SKU" : `SKU ${view.sku}`}
      backAction={{ content: "Products", url: paths.products() }}
    >
      <BlockStack gap="400">
        <OutcomeBanner {...moves.banner} />
        <Layout>
          <Layout.Section>
            <BlockStack gap="400">
              {view.listings.map((listing) => (
                <ListingCard
                  key={listing.listingId}
                  listing={listing}
                  name={`${listingPlace(listing)}${listingNote(listing, view.listings)}`}
                  now={now}
                />
              ))}
              <Markets view={view} />
              <Card>
                <BlockStack gap="300">
                  <Text as="h2" variant="headingMd">
                    Price history
                  </Text>
                  <PriceHistory history={view.history} listings={view.listings} now={now} />
                </BlockStack>
              </Card>
            </BlockStack>
          </Layout.Section>
          <Layout.Section variant="oneThird">
            <ItemMoneyForm view={view} />
          </Layout.Section>
        </Layout>
        <ProductChanges
          changes={view.changes}
          now={now}
          movingIds={moves.movingIds}
          onUndo={(changeId) => moves.move("undo", { ids: [changeId], isAll: false })}
        />
      </BlockStack>
    </Page>
  );
}

/** The market and the sales of each Amazon listing, where there is something to say. */
function Markets({ view }: { view: ProductView }) {
  return view.markets.map((market) => {
    const listing = view.listings.find((each) => each.listingId === market.listingId);
    if (listing === undefined) return null;
    const name = `${placeName(listing.marketplaceId)}${listingNote(listing, view.listings)}`;
    return (
      <Fragment key={market.listingId}>
        <MarketCard name={name} market={market} />
        <SalesCard name={name} sales={market.sales} />
      </Fragment>
    );
  });
}
