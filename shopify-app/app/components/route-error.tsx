import { isRouteErrorResponse, useRevalidator, useRouteError } from "@remix-run/react";
import { Button, InlineStack, Page, Text } from "@shopify/polaris";
import { AlertCircleIcon } from "@shopify/polaris-icons";
import type { ReactNode } from "react";
import { failureWords } from "../copy/failures.ts";
import { readFailure } from "../http/failure-shown.ts";
import { useNonce } from "../http/nonce.ts";
import { paths } from "../http/paths.ts";
import { EmptyCard } from "./empty.tsx";

/**
 * What a page shows instead of itself. Answers that Shopify's library throws are small documents that load
 * App Bridge; everything else becomes an error page with its code and support id.
 */
export function RouteError({ otherwise }: { otherwise?: ReactNode }) {
  const error = useRouteError();
  const nonce = useNonce();
  if (isRouteErrorResponse(error) && isBridgeDocument(error.data)) {
    return <div dangerouslySetInnerHTML={{ __html: withNonce(error.data, nonce) }} />;
  }
  if (otherwise !== undefined) return otherwise;
  const failure = isRouteErrorResponse(error) ? readFailure(error.data) : null;
  const code = failure?.code ?? codeOf(isRouteErrorResponse(error) ? error.status : null);
  return <FailurePage code={code} supportId={failure?.supportId ?? null} />;
}

/** A failure in the merchant's words, with what to do next. */
export function FailurePage({ code, supportId }: { code: string; supportId: string | null }) {
  const words = failureWords(code);
  const isMissing = code === "not_found";
  // Asks for the page's data again. Reloading the frame would lose the shop from its address.
  const revalidator = useRevalidator();
  return (
    <Page narrowWidth>
      <EmptyCard
        icon={AlertCircleIcon}
        title={words.title}
        action={
          <InlineStack gap="200" align="center">
            {!isMissing && (
              <Button
                onClick={() => void revalidator.revalidate()}
                loading={revalidator.state === "loading"}
                variant="primary"
              >
                Try again
              </Button>
            )}
            <Button url={paths.overview()}>Go to Overview</Button>
          </InlineStack>
        }
      >
        <p>{words.text}</p>
        {!isMissing && (
          <Text as="p" tone="subdued" variant="bodySm">
            {`Code: ${code}${supportId === null ? "" : ` · Support id: ${supportId}`}`}
          </Text>
        )}
      </EmptyCard>
    </Page>
  );
}

/** True for the one kind of markup Shopify's library throws: a document whose first element loads App Bridge. */
export function isBridgeDocument(data: unknown): data is string {
  return (
    typeof data === "string" &&
    /^\s*<script data-api-key="[0-9a-z]+" src="https?:\/\/[^"]+"><\/script>/.test(data)
  );
}

// The library's inline redirect would be stopped by our own content security policy.
function withNonce(html: string, nonce: string | undefined): string {
  return nonce === undefined ? html : html.replaceAll("<script", `<script nonce="${nonce}"`);
}

function codeOf(status: number | null): string {
  if (status === 404) return "not_found";
  if (status === 401 || status === 410) return "session_ended";
  return "unexpected";
}
