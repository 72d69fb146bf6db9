import type { HeadersFunction } from "@remix-run/node";
import { Outlet, useLoaderData } from "@remix-run/react";
import { AppProvider } from "@shopify/shopify-app-remix/react";
import { boundary } from "@shopify/shopify-app-remix/server";
import { viewTimeZone } from "@calibr/shared/services/views/view-time-zone";
import { AppNav } from "../components/app-nav.tsx";
import { OutsideError } from "../components/outside-error.tsx";
import { RouteError } from "../components/route-error.tsx";
import { StoreTimeZone } from "../components/time-zone.tsx";
import { guarded } from "../http/guarded.server.ts";
import { requireShop } from "../http/require-shop.server.ts";
import { config, services } from "../services.server.ts";

/** The frame of every embedded page: App Bridge, Polaris and the navigation. */
export const loader = guarded(async ({ request }) => {
  const { shopId } = await requireShop(request);
  return {
    apiKey: config.shopify.apiKey,
    timeZone: await viewTimeZone(services, { shopId }),
  };
});

export const headers: HeadersFunction = (args) => boundary.headers(args);

// The frame never changes while the app is open: only a full load asks for it.
export const shouldRevalidate = () => false;

export default function EmbeddedApp() {
  const { apiKey, timeZone } = useLoaderData<typeof loader>();
  return (
    <AppProvider isEmbeddedApp apiKey={apiKey}>
      <AppNav />
      <StoreTimeZone zone={timeZone}>
        <Outlet />
      </StoreTimeZone>
    </AppProvider>
  );
}

/** Without the frame there is no Polaris: Shopify's own documents pass, the rest is a plain page. */
export function ErrorBoundary() {
  return <RouteError otherwise={<OutsideError />} />;
}
