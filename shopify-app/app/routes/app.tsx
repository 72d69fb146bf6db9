import type { HeadersFunction } from "@remix-run/node";
import { Outlet, useLoaderData } from "@remix-run/react";
import { AppProvider } from "@shopify/shopify-app-remix/react";
import { boundary } from "@shopify/shopify-app-remix/server";
import { AppNav } from "../components/app-nav.tsx";
import { OutsideError } from "../components/outside-error.tsx";
import { RouteError } from "../components/route-error.tsx";
import { guarded } from "../http/guarded.server.ts";
import { requireShop } from "../http/require-shop.server.ts";
import { config } from "../services.server.ts";

/** The frame of every embedded page: App Bridge, Polaris and the navigation. */
export const loader = guarded(async ({ request }) => {
  await requireShop(request);
  return { apiKey: config.shopify.apiKey };
});

export const headers: HeadersFunction = (args) => boundary.headers(args);

// The frame never changes while the app is open: only a full load asks for it.
export const shouldRevalidate = () => false;

export default function EmbeddedApp() {
  const { apiKey } = useLoaderData<typeof loader>();
  return (
    <AppProvider isEmbeddedApp apiKey={apiKey}>
      <AppNav />
      <Outlet />
    </AppProvider>
  );
}

/** Without the frame there is no Polaris: Shopify's own documents pass, the rest is a plain page. */
export function ErrorBoundary() {
  return <RouteError otherwise={<OutsideError />} />;
}
