import type { ActionFunctionArgs } from "@remix-run/node";
import { receiveWebhook } from "../http/receive-webhook.server.ts";

/** The three privacy webhooks every app must answer; kept like the others, the worker deletes what they ask. */
export function action({ request }: ActionFunctionArgs): Promise<Response> {
  return receiveWebhook(request);
}
