import type { HeadersFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { boundary } from "@shopify/shopify-app-remix/server";
import { viewLinkReviews } from "@calibr/shared/services/views/view-link-reviews";
import { LinksPage } from "../components/links-page.tsx";
import { decideLinks } from "../http/decide-links.server.ts";
import { guarded } from "../http/guarded.server.ts";
import { pageFacts } from "../http/page-facts.server.ts";
import { queryText } from "../http/query.ts";
import { requireShop } from "../http/require-shop.server.ts";
import { services } from "../services.server.ts";

/** Amazon listings whose variant a person has to name. */
export const loader = guarded(async ({ request }) => {
  const { shopId } = await requireShop(request);
  const after = queryText(request, "after");
  return { ...pageFacts(request), after, page: await viewLinkReviews(services, { shopId, after }) };
});

export const action = guarded(async ({ request }) => {
  const visitor = await requireShop(request);
  return decideLinks(visitor, await request.formData());
});

export const headers: HeadersFunction = (args) => boundary.headers(args);

export default function Links() {
  return <LinksPage {...useLoaderData<typeof loader>()} />;
}

export { ErrorBoundary } from "../components/page-error.tsx";
