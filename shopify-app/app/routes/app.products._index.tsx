import type { HeadersFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { boundary } from "@shopify/shopify-app-remix/server";
import { viewLinkReviews } from "@calibr/shared/services/views/view-link-reviews";
import { viewProducts } from "@calibr/shared/services/views/view-products";
import { ProductsPage } from "../components/products-page.tsx";
import { PRODUCT_FILTERS } from "../copy/product-filters.ts";
import { guarded } from "../http/guarded.server.ts";
import { pageFacts } from "../http/page-facts.server.ts";
import { queryText, queryWord } from "../http/query.ts";
import { requireShop } from "../http/require-shop.server.ts";
import { services } from "../services.server.ts";

/** Every item with its listings on both channels. */
export const loader = guarded(async ({ request }) => {
  const { shopId } = await requireShop(request);
  const ask = {
    after: queryText(request, "after"),
    query: queryText(request, "q"),
    filter: queryWord(request, "filter", PRODUCT_FILTERS) ?? ("all" as const),
  };
  const [page, reviews] = await Promise.all([
    viewProducts(services, { shopId, ...ask }),
    viewLinkReviews(services, { shopId, after: null }),
  ]);
  return { ...pageFacts(request), ask, page, linksToCheck: reviews.total };
});

export const headers: HeadersFunction = (args) => boundary.headers(args);

export default function Products() {
  return <ProductsPage {...useLoaderData<typeof loader>()} />;
}

export { ErrorBoundary } from "../components/page-error.tsx";
