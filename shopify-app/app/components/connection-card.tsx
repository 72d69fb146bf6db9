import { Banner, BlockStack, Button, Card, InlineStack, Text } from "@shopify/polaris";
import { findMarketplace } from "@calibr/shared/core/marketplaces";
import type { ConnectionView, SyncRunView } from "@calibr/shared/ports/shop-views";
import { CHANNEL_NAMES } from "../copy/channels.ts";
import { countryName } from "../copy/countries.ts";
import { failureWords } from "../copy/failures.ts";
import { countWords, plural } from "../copy/money.ts";
import { Ago } from "./ago.tsx";
import { ConnectionBadge } from "./connections-card.tsx";
import { ImportProgress } from "./import-progress.tsx";

// Amazon asks for consent once a year; a month is enough notice for a holiday.
const CONSENT_DAYS_WARN = 30;

interface ConnectionCardProps {
  readonly connection: ConnectionView;
  readonly runs: readonly SyncRunView[];
  readonly now: string;
  readonly busyWith: FormDataEntryValue | null;
  readonly onImport: () => void;
  readonly onSweep: () => void;
  readonly onDisconnect: () => void;
}

/** One channel account: how it is, how fresh, and what can be done. */
export function ConnectionCard(props: ConnectionCardProps) {
  const { connection } = props;
  const run = props.runs.find(
    (each) =>
      each.connectionId === connection.connectionId &&
      each.kind === "import" &&
      each.state === "running",
  );
  return (
    <Card>
      <BlockStack gap="300">
        <div className="listing-head">
          <Text as="h2" variant="headingMd">
            {CHANNEL_NAMES[connection.channel]}
          </Text>
          <ConnectionBadge connection={connection} />
        </div>
        <Problem connection={connection} />
        <ConnectionFacts connection={connection} now={props.now} />
        {(run !== undefined || connection.isImporting) && <ImportProgress run={run} />}
        {connection.status === "connected" && <ConnectionButtons {...props} />}
      </BlockStack>
    </Card>
  );
}

function Problem({ connection }: { connection: ConnectionView }) {
  if (connection.problemCode !== null) {
    // Whoever reads this has installed the app again: what is left of the removal is the forgotten permission.
    const isForgotten = connection.problemCode === "shopify_not_installed";
    const words = failureWords(isForgotten ? "permission_forgotten" : connection.problemCode);
    return (
      <Banner
        tone={connection.status === "disconnected" ? "critical" : "warning"}
        title={words.title}
      >
        <p>{words.text}</p>
      </Banner>
    );
  }
  const days = connection.consentDaysLeft;
  if (connection.status !== "connected" || days === null || days > CONSENT_DAYS_WARN) return null;
  return (
    <Banner
      tone="warning"
      title={`Amazon asks for your permission again in ${plural(days, "day")}`}
    >
      <p>Reconnect before then, so that no price waits.</p>
    </Banner>
  );
}

function ConnectionFacts({ connection, now }: { connection: ConnectionView; now: string }) {
  const isAmazon = connection.channel === "amazon";
  return (
    <dl className="facts facts-two">
      <div>
        <dt>{isAmazon ? "Seller" : "Store"}</dt>
        <dd className="breakable">{connection.accountId}</dd>
      </div>
      <div>
        <dt>Listings</dt>
        <dd>{countWords(connection.listings)}</dd>
      </div>
      <div>
        <dt>Last import</dt>
        <dd>
          {connection.importedAt === null ? (
            "Not yet"
          ) : (
            <Ago at={connection.importedAt} now={now} />
          )}
        </dd>
      </div>
      {isAmazon && (
        <>
          <div>
            <dt>Last market check</dt>
            <dd>
              {connection.sweptAt === null ? "Not yet" : <Ago at={connection.sweptAt} now={now} />}
            </dd>
          </div>
          <div>
            <dt>Country stores</dt>
            <dd>{connection.marketplaces.map(placeName).join(", ") || "–"}</dd>
          </div>
          <div>
            <dt>Market news</dt>
            <dd>{NOTIFICATIONS[connection.notifications]}</dd>
          </div>
          {connection.consentDaysLeft !== null && (
            <div>
              <dt>Permission</dt>
              <dd>{`${plural(connection.consentDaysLeft, "day")} left`}</dd>
            </div>
          )}
        </>
      )}
    </dl>
  );
}

function placeName({ marketplaceId }: { marketplaceId: string }): string {
  const marketplace = findMarketplace(marketplaceId);
  return marketplace === null ? marketplaceId : countryName(marketplace.country);
}

const NOTIFICATIONS: Readonly<Record<ConnectionView["notifications"], string>> = {
  none: "By regular checks",
  subscribed: "As it happens",
  failed: "By regular checks; Amazon refused live news",
};

function ConnectionButtons(props: ConnectionCardProps) {
  const isAmazon = props.connection.channel === "amazon";
  return (
    <InlineStack gap="200">
      <Button
        onClick={props.onImport}
        loading={props.busyWith === "import"}
        disabled={props.connection.isImporting}
      >
        Import now
      </Button>
      {isAmazon && (
        <Button onClick={props.onSweep} loading={props.busyWith === "sweep"}>
          Check the market now
        </Button>
      )}
      {isAmazon && (
        <Button
          variant="plain"
          tone="critical"
          onClick={props.onDisconnect}
          loading={props.busyWith === "disconnect"}
        >
          Disconnect
        </Button>
      )}
    </InlineStack>
  );
}
