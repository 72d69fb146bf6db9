import { redirect, type HeadersFunction, type LoaderFunctionArgs } from "@remix-run/node";
import { boundary } from "@shopify/shopify-app-remix/server";
import { paths } from "../http/paths.ts";
import { restrictFraming } from "../http/restrict-framing.server.ts";
import { shopify } from "../shopify.server.ts";

/** The addresses under /auth that Shopify's library answers itself: session token bounce and frame exit. */
export async function loader({ request }: LoaderFunctionArgs): Promise<null> {
  const { pathname, searchParams } = new URL(request.url);
  // The library takes the address to exit to for granted, and would fall over a missing one.
  if (pathname.endsWith("/exit-iframe") && !searchParams.has("exitIframe")) {
    throw redirect(paths.signIn());
  }
  try {
    await shopify.authenticate.admin(request);
  } catch (cause) {
    if (cause instanceof Response) restrictFraming(cause, request);
    throw cause;
  }
  return null;
}

export const headers: HeadersFunction = (args) => boundary.headers(args);
