import type { HeadersFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { boundary } from "@shopify/shopify-app-remix/server";
import { CHANNELS } from "@calibr/shared/core/channel";
import { viewApprovals } from "@calibr/shared/services/views/view-approvals";
import { ApprovalsPage } from "../components/approvals-page.tsx";
import { guarded } from "../http/guarded.server.ts";
import { moveChanges } from "../http/move-changes.server.ts";
import { pageFacts } from "../http/page-facts.server.ts";
import { queryText, queryWord } from "../http/query.ts";
import { requireShop } from "../http/require-shop.server.ts";
import { services } from "../services.server.ts";

/** Proposals that wait for a yes or a no. */
export const loader = guarded(async ({ request }) => {
  const { shopId } = await requireShop(request);
  const filter = {
    after: queryText(request, "after"),
    channel: queryWord(request, "channel", CHANNELS),
    query: queryText(request, "q"),
  };
  return {
    ...pageFacts(request),
    filter,
    page: await viewApprovals(services, { shopId, ...filter }),
  };
});

export const action = guarded(async ({ request }) => {
  const visitor = await requireShop(request);
  return moveChanges(visitor, await request.formData());
});

export const headers: HeadersFunction = (args) => boundary.headers(args);

export default function Approvals() {
  return <ApprovalsPage {...useLoaderData<typeof loader>()} />;
}

export { ErrorBoundary } from "../components/page-error.tsx";
