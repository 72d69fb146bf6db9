import { BlockStack, Button, Card, InlineStack, Text } from "@shopify/polaris";
import type { ReactNode } from "react";
import type { AmazonDetailView, ConnectionView } from "@calibr/shared/ports/connection-views";
import type { SyncRunView } from "@calibr/shared/ports/sync-views";
import { CHANNEL_NAMES } from "../copy/channels.ts";
import { consentWords, STANDING_WORDS } from "../copy/connections.ts";
import { countWords } from "../copy/money.ts";
import { regionName } from "../copy/regions.ts";
import { Ago } from "./ago.tsx";
import { ConsentLink } from "./amazon-wizard.tsx";
import { ConnectionBadge } from "./connections-card.tsx";
import { ConnectionProblem } from "./connection-problem.tsx";
import { ImportProgress } from "./import-progress.tsx";
import { MarketHearing } from "./market-hearing.tsx";
import { QuotaDetails } from "./quota-details.tsx";
import { StoresTable } from "./stores-table.tsx";
import { useAmazonConsent } from "./use-amazon-consent.ts";

export type ConnectionIntent = "import" | "sweep" | "disconnect" | "delete_data";

interface ConnectionCardProps {
  readonly connection: ConnectionView;
  /** What only Amazon accounts have. */
  readonly detail: AmazonDetailView | undefined;
  readonly runs: readonly SyncRunView[];
  /** Its steps are shown in a card of their own. */
  readonly isSettingUp: boolean;
  readonly now: string;
  readonly busyWith: FormDataEntryValue | null;
  readonly onAsk: (intent: ConnectionIntent) => void;
}

/** One channel account: how it is, how fresh, what is heard of its market, and what can be done. */
export function ConnectionCard(props: ConnectionCardProps) {
  const { connection, detail, now } = props;
  const run = props.runs.find(
    (each) =>
      each.connectionId === connection.connectionId &&
      each.kind === "import" &&
      each.state === "running",
  );
  const isConnected = connection.status === "connected";
  return (
    <Card>
      <BlockStack gap="400">
        <div className="listing-head">
          <Text as="h2" variant="headingMd">
            {CHANNEL_NAMES[connection.channel]}
          </Text>
          <ConnectionBadge connection={connection} />
        </div>
        <ConnectionProblem connection={connection} />
        <ConnectionFacts {...props} />
        {!props.isSettingUp && (run !== undefined || connection.isImporting) && (
          <ImportProgress run={run} />
        )}
        {detail !== undefined && connection.marketplaces.length > 0 && (
          <StoresTable marketplaces={connection.marketplaces} isConnected={isConnected} />
        )}
        {detail !== undefined && isConnected && (
          <>
            <MarketHearing connection={connection} detail={detail} now={now} />
            <QuotaDetails quotas={detail.quotas} />
          </>
        )}
        <ConnectionButtons {...props} />
      </BlockStack>
    </Card>
  );
}

function ConnectionFacts({ connection, detail, now }: ConnectionCardProps) {
  if (connection.channel !== "amazon") {
    return (
      <dl className="facts facts-store">
        <Fact name="Store">{connection.accountId}</Fact>
        <Fact name="Listings">{countWords(connection.listings)}</Fact>
        <Fact name="Last import">
          <When at={connection.importedAt} now={now} />
        </Fact>
      </dl>
    );
  }
  const { accountStatus } = connection;
  return (
    <dl className="facts facts-card">
      <Fact name="Seller">{connection.accountId}</Fact>
      <Fact name="Region">{regionName(connection.region)}</Fact>
      <Fact name="Listings">{countWords(connection.listings)}</Fact>
      <Fact name="Permission">{consentWords(connection)}</Fact>
      <Fact name="Account health">
        {accountStatus === null ? "Nothing reported" : STANDING_WORDS[accountStatus].label}
      </Fact>
      <Fact name="Last full import">
        <When at={connection.importedAt} now={now} />
      </Fact>
      <Fact name="Last sync of changes">
        <When at={detail?.followedAt ?? null} now={now} />
      </Fact>
      <Fact name="Last market check">
        <When at={connection.sweptAt} now={now} />
      </Fact>
    </dl>
  );
}

function When({ at, now }: { at: string | null; now: string }) {
  return at === null ? "Not yet" : <Ago at={at} now={now} />;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="breakable">{children}</dd>
    </div>
  );
}

function ConnectionButtons({ connection, busyWith, onAsk }: ConnectionCardProps) {
  const isAmazon = connection.channel === "amazon";
  const isConnected = connection.status === "connected";
  const [store] = connection.marketplaces;
  return (
    <InlineStack gap="200" blockAlign="center">
      {isConnected && (
        <Button
          onClick={() => onAsk("import")}
          loading={busyWith === "import"}
          disabled={connection.isImporting}
        >
          Import now
        </Button>
      )}
      {isAmazon && isConnected && (
        <Button onClick={() => onAsk("sweep")} loading={busyWith === "sweep"}>
          Check the market now
        </Button>
      )}
      {isAmazon && store !== undefined && !connection.isErasing && (
        <Reconnect
          marketplaceId={store.marketplaceId}
          isUrgent={!isConnected || connection.consent !== "fresh"}
        />
      )}
      {isAmazon && isConnected && (
        <Button
          variant="plain"
          tone="critical"
          onClick={() => onAsk("disconnect")}
          loading={busyWith === "disconnect"}
        >
          Disconnect
        </Button>
      )}
      {isAmazon && !connection.isErasing && (
        <Button
          variant="plain"
          tone="critical"
          onClick={() => onAsk("delete_data")}
          loading={busyWith === "delete_data"}
        >
          Delete Amazon data
        </Button>
      )}
    </InlineStack>
  );
}

/** Asks Amazon for the same account's permission again: a year begins anew. */
function Reconnect(props: { marketplaceId: string; isUrgent: boolean }) {
  const consent = useAmazonConsent();
  return (
    <>
      <Button
        variant={props.isUrgent ? "primary" : "secondary"}
        onClick={() => consent.start(props.marketplaceId)}
        loading={consent.isStarting}
      >
        Reconnect
      </Button>
      {consent.url !== null && <ConsentLink url={consent.url} />}
    </>
  );
}
