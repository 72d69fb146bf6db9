import type { HeadersFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { boundary } from "@shopify/shopify-app-remix/server";
import { viewChange } from "@calibr/shared/services/views/view-change";
import { ChangePage } from "../components/change-page.tsx";
import { guarded, notFound } from "../http/guarded.server.ts";
import { moveChanges } from "../http/move-changes.server.ts";
import { pageFacts } from "../http/page-facts.server.ts";
import { requireShop } from "../http/require-shop.server.ts";
import { services } from "../services.server.ts";

/** The receipt of one price change. */
export const loader = guarded(async ({ request, params }) => {
  const { shopId } = await requireShop(request);
  const view = await viewChange(services, { shopId, changeId: params["changeId"] ?? "" });
  return { ...pageFacts(request), view: view ?? notFound() };
});

export const action = guarded(async ({ request }) => {
  const visitor = await requireShop(request);
  return moveChanges(visitor, await request.formData());
});

export const headers: HeadersFunction = (args) => boundary.headers(args);

export default function Change() {
  const { view, now } = useLoaderData<typeof loader>();
  return <ChangePage key={view.change.changeId} view={view} now={now} />;
}

export { ErrorBoundary } from "../components/page-error.tsx";
