import { Banner, BlockStack, Button, Card, Select, Spinner, Text } from "@shopify/polaris";
import { ExternalIcon } from "@shopify/polaris-icons";
import { useState } from "react";
import { MARKETPLACES } from "@calibr/shared/core/marketplaces";
import type { ConnectionsView } from "@calibr/shared/ports/connection-views";
import { countryName } from "../copy/countries.ts";
import { failureWords } from "../copy/failures.ts";
import { REGION_NAMES } from "../copy/regions.ts";
import { linkProgress } from "./link-progress.ts";
import { useAmazonConsent } from "./use-amazon-consent.ts";

const FIRST_MARKETPLACE = "ATVPDKIKX0DER";

/** The way to Amazon: choose the store, say yes in Seller Central; then the import shows its own steps. */
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
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {headline(amazon.length > 0, isConnected)}
        </Text>
        <WizardSteps progress={progress} />
        <LinkState progress={progress} failureCode={view.link?.failureCode ?? null} />
        <StartLink isWaiting={progress === "waiting"} />
      </BlockStack>
    </Card>
  );
}

function headline(isKnown: boolean, isConnected: boolean): string {
  if (isConnected) return "Connect another Amazon account";
  return isKnown ? "Reconnect Amazon" : "Connect Amazon";
}

const STEPS = ["Choose your store", "Say yes in Seller Central", "Calibr reads your listings"];

function WizardSteps({ progress }: { progress: ReturnType<typeof linkProgress> }) {
  const current = progress === "waiting" ? 1 : progress === "finishing" ? 2 : 0;
  return (
    <ol className="wizard-steps">
      {STEPS.map((step, place) => (
        <li
          key={step}
          data-done={place < current}
          aria-current={place === current ? "step" : undefined}
        >
          {step}
          {place < current && <span className="visually-hidden"> (done)</span>}
        </li>
      ))}
    </ol>
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
          selling account is needed. It takes about two minutes.
        </Text>
      );
    case "waiting":
      return (
        <>
          <Working text="Waiting for your yes in Seller Central. This page goes on by itself." />
          <Text as="p" tone="subdued" variant="bodySm">
            Said no, or closed the tab? Nothing was connected: open Seller Central again.
          </Text>
        </>
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

function StartLink({ isWaiting }: { isWaiting: boolean }) {
  const consent = useAmazonConsent();
  const [marketplaceId, setMarketplaceId] = useState(FIRST_MARKETPLACE);
  return (
    <BlockStack gap="300">
      <Select
        label="Your Amazon store"
        options={marketplaceOptions()}
        value={marketplaceId}
        onChange={setMarketplaceId}
        helpText="One permission covers all stores of the same region."
        error={consent.problem}
      />
      <div className="button-row">
        <Button
          variant={isWaiting ? "secondary" : "primary"}
          icon={ExternalIcon}
          onClick={() => consent.start(marketplaceId)}
          loading={consent.isStarting}
        >
          {isWaiting ? "Open Seller Central again" : "Continue to Seller Central"}
        </Button>
      </div>
      {consent.url !== null && <ConsentLink url={consent.url} />}
    </BlockStack>
  );
}

/** For browsers that let no tab open. */
export function ConsentLink({ url }: { url: string }) {
  return (
    <Text as="p" tone="subdued" variant="bodySm">
      No new tab?{" "}
      <a className="text-link" href={url} target="_blank" rel="noopener noreferrer">
        Open Seller Central here
      </a>
    </Text>
  );
}

function marketplaceOptions() {
  return (["na", "eu", "fe"] as const).map((region) => ({
    title: REGION_NAMES[region],
    options: MARKETPLACES.filter((each) => each.region === region).map((each) => ({
      label: `${countryName(each.country)} (${each.domain})`,
      value: String(each.id),
    })),
  }));
}
