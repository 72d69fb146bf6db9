import { isRouteErrorResponse, useRouteError } from "@remix-run/react";
import { failureWords } from "../copy/failures.ts";
import { readFailure } from "../http/failure-shown.ts";
import { OutsidePage } from "./outside-page.tsx";

/** A failure outside Shopify Admin, where Polaris is not loaded. */
export function OutsideError() {
  const error = useRouteError();
  const failure = isRouteErrorResponse(error) ? readFailure(error.data) : null;
  const isMissing = isRouteErrorResponse(error) && error.status === 404;
  const words = failureWords(failure?.code ?? (isMissing ? "not_found" : "unexpected"));
  const id = failure?.supportId ? ` Support id: ${failure.supportId}.` : "";
  return <OutsidePage title={words.title} text={`${words.text}${id}`} tone="problem" />;
}
