import type { HeadersFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import {
  checkAppstoreVisit,
  makeAppstoreTicket,
} from "@calibr/shared/services/connections/appstore-link";
import { AppstoreEntry } from "../components/appstore-entry.tsx";
import { guarded } from "../http/guarded.server.ts";
import { outside, paths } from "../http/paths.ts";
import { config, services } from "../services.server.ts";

/**
 * The Login URI: Amazon's Appstore sends a seller here who wants this app. Who that is at Shopify, nobody
 * knows yet: the page asks for the store and leads into its admin, where somebody of the store says yes.
 */
export const loader = guarded(async ({ request }) => {
  const query = new URL(request.url).searchParams;
  const visit = {
    callbackUri: query.get("amazon_callback_uri"),
    amazonState: query.get("amazon_state"),
    sellerId: query.get("selling_partner_id"),
    version: query.get("version"),
  };
  const checked = checkAppstoreVisit(visit);
  if (checked !== "good") return { kind: "refused" as const, code: checked };
  const shop = query.get("shop");
  const fields = [...query].filter(([name]) => name !== "shop");
  if (shop === null) return Promise.resolve({ kind: "ask" as const, fields, isUnknown: false });
  const made = makeAppstoreTicket(services, { visit, shop });
  if (made.kind === "refused") return { kind: "ask" as const, fields, isUnknown: true };
  const { shopHandle, ticket } = made;
  const { apiKey } = config.shopify;
  const page = { shopHandle, apiKey, path: paths.appstore(), query: { ticket } };
  return { kind: "go_on" as const, shopHandle, url: outside.inAdmin(page) };
});

export const headers: HeadersFunction = () => ({
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
});

export default function AmazonLogin() {
  return <AppstoreEntry answer={useLoaderData<typeof loader>()} />;
}

export { OutsideError as ErrorBoundary } from "../components/outside-error.tsx";
