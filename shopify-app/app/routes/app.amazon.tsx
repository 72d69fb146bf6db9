import type { HeadersFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { boundary } from "@shopify/shopify-app-remix/server";
import {
  readAppstoreOffer,
  startAppstoreLink,
} from "@calibr/shared/services/connections/appstore-link";
import { AppstorePage } from "../components/appstore-page.tsx";
import { guarded } from "../http/guarded.server.ts";
import { formTexts } from "../http/parse-form.ts";
import { reply } from "../http/reply.ts";
import { requireShop } from "../http/require-shop.server.ts";
import { services } from "../services.server.ts";

/** Somebody of the store says yes to the seller who began in Amazon's Appstore. */
export const loader = guarded(async ({ request }) => {
  const { shopId } = await requireShop(request);
  const ticket = new URL(request.url).searchParams.get("ticket") ?? "";
  return { ticket, offer: await readAppstoreOffer(services, { shopId, ticket }) };
});

export const action = guarded(async ({ request }) => {
  const { shopId } = await requireShop(request);
  const { ticket = "" } = formTexts(await request.formData());
  const start = await startAppstoreLink(services, { shopId, ticket });
  return start.kind === "started" ? reply.opened(start.url) : reply.refused(start.code);
});

export const headers: HeadersFunction = (args) => boundary.headers(args);

export default function Appstore() {
  return <AppstorePage {...useLoaderData<typeof loader>()} />;
}

export { ErrorBoundary } from "../components/page-error.tsx";
