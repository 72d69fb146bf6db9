import type { HeadersFunction, LoaderFunctionArgs } from "@remix-run/node";
import { boundary } from "@shopify/shopify-app-remix/server";
import { shopify } from "../shopify.server.ts";

/** The addresses under /auth that Shopify's library answers itself: session token bounce and frame exit. */
export async function loader({ request }: LoaderFunctionArgs): Promise<null> {
  await shopify.authenticate.admin(request);
  return null;
}

export const headers: HeadersFunction = (args) => boundary.headers(args);
