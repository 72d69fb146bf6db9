import type { HeadersFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { boundary } from "@shopify/shopify-app-remix/server";
import { viewSync } from "@calibr/shared/services/views/view-sync";
import { SyncPage } from "../components/sync-page.tsx";
import { guarded, notFound } from "../http/guarded.server.ts";
import { pageFacts } from "../http/page-facts.server.ts";
import { queryText } from "../http/query.ts";
import { requireShop } from "../http/require-shop.server.ts";
import { services } from "../services.server.ts";

/** One run with what it found. */
export const loader = guarded(async ({ request, params }) => {
  const { shopId } = await requireShop(request);
  const after = queryText(request, "after");
  const view = await viewSync(services, { shopId, runId: params["runId"] ?? "", after });
  return { ...pageFacts(request), after, ...(view ?? notFound()) };
});

export const headers: HeadersFunction = (args) => boundary.headers(args);

export default function Sync() {
  return <SyncPage {...useLoaderData<typeof loader>()} />;
}

export { ErrorBoundary } from "../components/page-error.tsx";
