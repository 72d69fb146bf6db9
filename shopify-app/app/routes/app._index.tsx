import type { HeadersFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { boundary } from "@shopify/shopify-app-remix/server";
import { viewOverview } from "@calibr/shared/services/views/view-overview";
import { OverviewPage } from "../components/overview-page.tsx";
import { changeSettings } from "../http/change-settings.server.ts";
import { guarded } from "../http/guarded.server.ts";
import { pageFacts } from "../http/page-facts.server.ts";
import { requireShop } from "../http/require-shop.server.ts";
import { services } from "../services.server.ts";

/** The home of the app: how things stand, what comes next, and who decides. */
export const loader = guarded(async ({ request }) => {
  const { shopId } = await requireShop(request);
  return { ...pageFacts(request), view: await viewOverview(services, { shopId }) };
});

export const action = guarded(async ({ request }) => {
  const visitor = await requireShop(request);
  return changeSettings(visitor, await request.formData());
});

export const headers: HeadersFunction = (args) => boundary.headers(args);

export default function Overview() {
  return <OverviewPage {...useLoaderData<typeof loader>()} />;
}

export { ErrorBoundary } from "../components/page-error.tsx";
