import type { HeadersFunction } from "@remix-run/node";
import { boundary } from "@shopify/shopify-app-remix/server";
import { guarded, notFound } from "../http/guarded.server.ts";
import { requireShop } from "../http/require-shop.server.ts";

/** An address inside the app that leads nowhere: said inside the Admin's frame, with the navigation around it. */
export const loader = guarded(async ({ request }) => {
  await requireShop(request);
  return notFound();
});

export const headers: HeadersFunction = (args) => boundary.headers(args);

export default function NoSuchPage() {
  return null;
}

export { ErrorBoundary } from "../components/page-error.tsx";
