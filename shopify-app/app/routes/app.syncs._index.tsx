import type { HeadersFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { boundary } from "@shopify/shopify-app-remix/server";
import { SYNC_KINDS, SYNC_STATES } from "@calibr/shared/ports/sync-views";
import { viewSyncs } from "@calibr/shared/services/views/view-syncs";
import { SyncsPage } from "../components/syncs-page.tsx";
import { guarded } from "../http/guarded.server.ts";
import { pageFacts } from "../http/page-facts.server.ts";
import { queryText, queryWord } from "../http/query.ts";
import { requireShop } from "../http/require-shop.server.ts";
import { services } from "../services.server.ts";

/** Every import, market check and other reading. */
export const loader = guarded(async ({ request }) => {
  const { shopId } = await requireShop(request);
  const ask = {
    after: queryText(request, "after"),
    connectionId: queryText(request, "connection"),
    kind: queryWord(request, "kind", SYNC_KINDS),
    state: queryWord(request, "state", SYNC_STATES),
  };
  return { ...pageFacts(request), ask, ...(await viewSyncs(services, { shopId, ...ask })) };
});

export const headers: HeadersFunction = (args) => boundary.headers(args);

export default function Syncs() {
  return <SyncsPage {...useLoaderData<typeof loader>()} />;
}

export { ErrorBoundary } from "../components/page-error.tsx";
