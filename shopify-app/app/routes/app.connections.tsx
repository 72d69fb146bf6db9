import type { HeadersFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { boundary } from "@shopify/shopify-app-remix/server";
import { viewConnections } from "@calibr/shared/services/views/view-connections";
import { ConnectionsPage } from "../components/connections-page.tsx";
import { guarded } from "../http/guarded.server.ts";
import { manageConnections } from "../http/manage-connections.server.ts";
import { pageFacts } from "../http/page-facts.server.ts";
import { requireShop } from "../http/require-shop.server.ts";
import { services } from "../services.server.ts";

/** The channels of this store: how they are, and how to connect them. */
export const loader = guarded(async ({ request }) => {
  const { shopId } = await requireShop(request);
  return { ...pageFacts(request), view: await viewConnections(services, { shopId }) };
});

export const action = guarded(async ({ request }) => {
  const visitor = await requireShop(request);
  return manageConnections(visitor, await request.formData());
});

export const headers: HeadersFunction = (args) => boundary.headers(args);

export default function Connections() {
  return <ConnectionsPage {...useLoaderData<typeof loader>()} />;
}

export { ErrorBoundary } from "../components/page-error.tsx";
