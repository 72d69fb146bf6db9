import type { ActionFunctionArgs } from "@remix-run/node";
import { receiveWebhook } from "../http/receive-webhook.server.ts";

/** Shopify's webhooks: verified, kept once, answered 200. The worker does what they ask. */
export function action({ request }: ActionFunctionArgs): Promise<Response> {
  return receiveWebhook(request);
}
