import { useFetcher } from "@remix-run/react";
import { Banner, BlockStack, Button, Card, Select, Spinner, Text } from "@shopify/polaris";
import { ExternalIcon } from "@shopify/polaris-icons";
import { useEffect, useRef, useState } from "react";
import { MARKETPLACES } from "@calibr/shared/core/marketplaces";
import type { ConnectionsView } from "@calibr/shared/ports/shop-views";
import { countryName } from "../copy/countries.ts";
import { failureWords } from "../copy/failures.ts";
import type { Reply } from "../http/reply.ts";
import { linkProgress } from "./link-progress.ts";

const FIRST_MARKETPLACE = "ATVPDKIKX0DER";

/** Three steps to Amazon: choose the store, say yes in Seller Central, watch the import. */
export function AmazonWizard({ view, now }: { view: ConnectionsView; now: string }) {
  const amazon = view.connections.filter((connection) => connection.channel === "amazon");
  const isConnected = amazon.some((connection) => connection.status === "connected");
  const progress = linkProgress(view, now);
  const [isChosen, setIsChosen] = useState(false);
  if (isConnected && progress === "none" && !isChosen) {
    return (
      <div className="below-card">
        <Button variant="plain" onClick={() => setIsChosen(true)}>
          Connect another Amazon account or region
        </Button>
      </div>
    );
  }
  const isAgain = amazon.length > 0 && !isConnected;
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {isAgain ? "Reconnect Amazon" : "Connect Amazon"}
        </Text>
        <LinkState progress={progress} failureCode={view.link?.failureCode ?? null} />
        <StartLink isWaiting={progress === "waiting"} />
      </BlockStack>
    </Card>
  );
}

function LinkState(props: {
  progress: ReturnType<typeof linkProgress>;
  failureCode: string | null;
}) {
  switch (props.progress) {
    case "none":
      return (
        <Text as="p" tone="subdued">
          Calibr sees the offers of your rivals and sets prices inside your limits. You give
          permission in Seller Central and can take it back there at any time. A professional
          selling account is needed.
        </Text>
      );
    case "waiting":
      return (
        <Working text="Waiting for your yes in Seller Central. This page goes on by itself." />
      );
    case "finishing":
      return <Working text="Permission received. Calibr is finishing the connection." />;
    case "expired":
    case "failed": {
      const words = failureWords(props.failureCode ?? "amazon_oauth_code_refused");
      return (
        <Banner tone="critical" title={words.title}>
          <p>{words.text}</p>
        </Banner>
      );
    }
  }
}

function Working({ text }: { text: string }) {
  return (
    <div className="working" role="status">
      <Spinner size="small" accessibilityLabel="" />
      <span>{text}</span>
    </div>
  );
}

/** Opens Amazon's consent page in a tab of its own: Amazon does not allow itself in a frame. */
function StartLink({ isWaiting }: { isWaiting: boolean }) {
  const fetcher = useFetcher<Reply>();
  const tab = useRef<Window | null>(null);
  const [marketplaceId, setMarketplaceId] = useState(FIRST_MARKETPLACE);
  const { data } = fetcher;
  const url = data?.kind === "opened" ? data.url : null;
  useEffect(() => {
    if (url === null || tab.current === null || tab.current.closed) return;
    tab.current.location.href = url;
    tab.current = null;
  }, [url]);
  const start = (): void => {
    // Opened while the click is still being handled, or the browser would block it.
    tab.current = window.open("about:blank", "_blank");
    if (tab.current !== null) tab.current.opener = null;
    void fetcher.submit({ intent: "link", marketplaceId }, { method: "post" });
  };
  return (
    <BlockStack gap="300">
      <Select
        label="Your Amazon store"
        options={marketplaceOptions()}
        value={marketplaceId}
        onChange={setMarketplaceId}
        helpText="One permission covers all stores of the same region."
        error={data?.kind === "refused" ? failureWords(data.code).text : undefined}
      />
      <div className="button-row">
        <Button
          variant={isWaiting ? "secondary" : "primary"}
          icon={ExternalIcon}
          onClick={start}
          loading={fetcher.state !== "idle"}
        >
          {isWaiting ? "Open Seller Central again" : "Continue to Seller Central"}
        </Button>
      </div>
      {url !== null && (
        <Text as="p" tone="subdued" variant="bodySm">
          No new tab?{" "}
          <a className="text-link" href={url} target="_blank" rel="noopener noreferrer">
            Open Seller Central here
          </a>
        </Text>
      )}
    </BlockStack>
  );
}

const REGION_NAMES = {
  na: "Americas",
  eu: "Europe, Middle East, Africa, India",
  fe: "Asia and Pacific",
} as const;

function marketplaceOptions() {
  return (["na", "eu", "fe"] as const).map((region) => ({
    title: REGION_NAMES[region],
    options: MARKETPLACES.filter((each) => each.region === region).map((each) => ({
      label: `${countryName(each.country)} (${each.domain})`,
      value: String(each.id),
    })),
  }));
}
