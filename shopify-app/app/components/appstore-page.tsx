import { useFetcher } from "@remix-run/react";
import { Banner, BlockStack, Button, Card, Page, Text } from "@shopify/polaris";
import { useEffect } from "react";
import type { AppstoreOffer } from "@calibr/shared/services/connections/appstore-link";
import { failureWords } from "../copy/failures.ts";
import { paths } from "../http/paths.ts";
import type { Reply } from "../http/reply.ts";

/** Names the seller who began at Amazon, and goes back there only after a yes. */
export function AppstorePage({ ticket, offer }: { ticket: string; offer: AppstoreOffer }) {
  const fetcher = useFetcher<Reply>();
  const { data } = fetcher;
  const url = data?.kind === "opened" ? data.url : null;
  useEffect(() => {
    // Amazon does not allow itself in a frame: the whole window goes there, as it came from there.
    if (url !== null) window.open(url, "_top");
  }, [url]);
  const problem =
    offer.kind === "refused" ? offer.code : data?.kind === "refused" ? data.code : null;
  return (
    <Page title="Connect Amazon" backAction={{ content: "Connections", url: paths.connections() }}>
      <BlockStack gap="400">
        {problem !== null && (
          <Banner tone="critical" title={failureWords(problem).title}>
            <p>{failureWords(problem).text}</p>
          </Banner>
        )}
        {offer.kind === "offer" && (
          <Card>
            <BlockStack gap="300">
              <Text as="h2" variant="headingMd">
                Connect the Amazon seller {offer.sellerId} to this store?
              </Text>
              <Text as="p">
                You came from Amazon’s Appstore. Say yes only if this is your own selling account:
                its prices and sales will be shown to everybody who works in this store.
              </Text>
              <div className="button-row">
                <Button
                  variant="primary"
                  loading={fetcher.state !== "idle" || url !== null}
                  onClick={() => void fetcher.submit({ ticket }, { method: "post" })}
                >
                  Yes, continue to Amazon
                </Button>
              </div>
            </BlockStack>
          </Card>
        )}
      </BlockStack>
    </Page>
  );
}
