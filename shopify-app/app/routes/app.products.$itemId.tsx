import type { HeadersFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { boundary } from "@shopify/shopify-app-remix/server";
import { setItemMoney } from "@calibr/shared/services/catalog/set-item-money";
import { viewProduct } from "@calibr/shared/services/views/view-product";
import { ProductPage } from "../components/product-page.tsx";
import { guarded, notFound } from "../http/guarded.server.ts";
import { moveChanges } from "../http/move-changes.server.ts";
import { pageFacts } from "../http/page-facts.server.ts";
import { formTexts } from "../http/parse-form.ts";
import { reply } from "../http/reply.ts";
import { requireShop } from "../http/require-shop.server.ts";
import { services } from "../services.server.ts";

/** One item: its cost and limits, its listings, what happened to its prices. */
export const loader = guarded(async ({ request, params }) => {
  const { shopId } = await requireShop(request);
  const view = await viewProduct(services, { shopId, itemId: params["itemId"] ?? "" });
  return { ...pageFacts(request), view: view ?? notFound() };
});

export const action = guarded(async ({ request, params }) => {
  const visitor = await requireShop(request);
  const form = await request.formData();
  const texts = formTexts(form);
  if (texts["intent"] !== "item_money") return moveChanges(visitor, form);
  const { cost = "", floor = "", ceiling = "", map = "" } = texts;
  const outcome = await setItemMoney(services, {
    shopId: visitor.shopId,
    itemId: params["itemId"] ?? "",
    money: { cost, floor, ceiling, map },
  });
  switch (outcome.kind) {
    case "saved":
      return reply.saved("item_money");
    case "invalid":
      return reply.invalid(outcome.fields);
    case "not_found":
    case "currency_unknown":
      return reply.refused(outcome.kind);
  }
});

export const headers: HeadersFunction = (args) => boundary.headers(args);

export default function Product() {
  const { view, now } = useLoaderData<typeof loader>();
  return <ProductPage key={view.itemId} view={view} now={now} />;
}

export { ErrorBoundary } from "../components/page-error.tsx";
