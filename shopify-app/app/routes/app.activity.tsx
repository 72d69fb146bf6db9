import type { HeadersFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { boundary } from "@shopify/shopify-app-remix/server";
import { PRICE_CHANGE_STATES } from "@calibr/shared/core/changes/states";
import { viewActivity } from "@calibr/shared/services/views/view-activity";
import { ActivityPage } from "../components/activity-page.tsx";
import { guarded } from "../http/guarded.server.ts";
import { moveChanges } from "../http/move-changes.server.ts";
import { pageFacts } from "../http/page-facts.server.ts";
import { queryText, queryWord } from "../http/query.ts";
import { requireShop } from "../http/require-shop.server.ts";
import { services } from "../services.server.ts";

/** Every step of every price change, newest first. */
export const loader = guarded(async ({ request }) => {
  const { shopId } = await requireShop(request);
  const ask = {
    after: queryText(request, "after"),
    state: queryWord(request, "state", PRICE_CHANGE_STATES),
  };
  return { ...pageFacts(request), ask, page: await viewActivity(services, { shopId, ...ask }) };
});

export const action = guarded(async ({ request }) => {
  const visitor = await requireShop(request);
  return moveChanges(visitor, await request.formData());
});

export const headers: HeadersFunction = (args) => boundary.headers(args);

export default function Activity() {
  return <ActivityPage {...useLoaderData<typeof loader>()} />;
}

export { ErrorBoundary } from "../components/page-error.tsx";
