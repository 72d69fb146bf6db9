import { redirect, type HeadersFunction, type LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { receiveAmazonCode } from "@calibr/shared/services/connections/receive-amazon-code";
import { OutsidePage } from "../components/outside-page.tsx";
import { amazonResultWords } from "../copy/amazon-result.ts";
import { guarded } from "../http/guarded.server.ts";
import { paths } from "../http/paths.ts";
import { services } from "../services.server.ts";

/**
 * Amazon sends the seller's browser here after consent. The state in the address, made by us for one shop and
 * stored as a hash, is what proves whose answer this is. The sealed code waits for the worker; the address
 * with the code in it is left at once, so that it does not stay in the browser's history.
 */
export const loader = guarded(async ({ request }: LoaderFunctionArgs) => {
  const { searchParams } = new URL(request.url);
  const result = searchParams.get("result");
  if (result !== null) return { result };
  const outcome = await receiveAmazonCode(services, {
    state: searchParams.get("state"),
    code: searchParams.get("spapi_oauth_code"),
    sellerId: searchParams.get("selling_partner_id"),
  });
  // A thrown answer does not get the page's own headers.
  throw redirect(paths.amazonResult(outcome.kind === "received" ? "received" : outcome.code), {
    headers: PRIVATE,
  });
});

// The address with the code in it is told to nobody and kept nowhere.
const PRIVATE = { "Referrer-Policy": "no-referrer", "Cache-Control": "no-store" };

export const headers: HeadersFunction = () => PRIVATE;

export default function AmazonAnswered() {
  const { result } = useLoaderData<typeof loader>();
  const words = amazonResultWords(result);
  return <OutsidePage title={words.title} text={words.text} tone={words.tone} />;
}

export { OutsideError as ErrorBoundary } from "../components/outside-error.tsx";
