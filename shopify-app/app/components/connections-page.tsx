import { useFetcher } from "@remix-run/react";
import { Banner, BlockStack, Layout, Page, Text } from "@shopify/polaris";
import { useState } from "react";
import type { ConnectionView, ConnectionsView } from "@calibr/shared/ports/connection-views";
import { CHANNEL_NAMES } from "../copy/channels.ts";
import { plural } from "../copy/money.ts";
import { dayWords } from "../copy/time.ts";
import type { PageFacts } from "../http/page-facts.server.ts";
import { paths } from "../http/paths.ts";
import type { Reply } from "../http/reply.ts";
import { AmazonWizard } from "./amazon-wizard.tsx";
import { ConfirmModal } from "./confirm-modal.tsx";
import { ConnectionCard, type ConnectionIntent } from "./connection-card.tsx";
import { DeleteDataModal } from "./delete-data-modal.tsx";
import { isLinking } from "./link-progress.ts";
import { OutcomeBanner } from "./outcome-banner.tsx";
import { isSettingUp, SetUpCard } from "./set-up-card.tsx";
import { LatestSyncs } from "./sync-runs.tsx";
import { useTimeZone } from "./time-zone.tsx";
import { useAutoRefresh } from "./use-auto-refresh.ts";
import { useReplyToast } from "./use-reply-toast.ts";

/** Both channels, the way to connect Amazon, and what the last runs did. */
export function ConnectionsPage({ now, view }: PageFacts & { view: ConnectionsView }) {
  const fetcher = useFetcher<Reply>();
  const [asked, setAsked] = useState<{
    connection: ConnectionView;
    intent: ConnectionIntent;
  } | null>(null);
  const [open, setOpen] = useState<ConnectionIntent | null>(null);
  const [dismissed, setDismissed] = useState<Reply | null>(null);
  useReplyToast(fetcher.data);
  useAutoRefresh(isMoving(view, now) || fetcher.state !== "idle");
  const send = (intent: ConnectionIntent, { connectionId }: ConnectionView) =>
    void fetcher.submit({ intent, connectionId }, { method: "post" });
  const ask = (connection: ConnectionView) => (intent: ConnectionIntent) => {
    if (intent === "import" || intent === "sweep") return send(intent, connection);
    setAsked({ connection, intent });
    setOpen(intent);
  };
  const underWay = setUps(view, now);
  const isBeingSetUp = (connection: ConnectionView) =>
    underWay.some((each) => each.connection === connection);
  const cards = (channel: ConnectionView["channel"]) =>
    view.connections
      .filter((connection) => connection.channel === channel)
      .map((connection) => (
        <ConnectionCard
          key={connection.connectionId}
          connection={connection}
          detail={view.details.find((each) => each.connectionId === connection.connectionId)}
          runs={view.runs}
          isSettingUp={isBeingSetUp(connection)}
          now={now}
          busyWith={
            fetcher.formData?.get("connectionId") === connection.connectionId
              ? fetcher.formData.get("intent")
              : null
          }
          onAsk={ask(connection)}
        />
      ));
  return (
    <Page title="Connections" secondaryActions={[{ content: "Sync history", url: paths.syncs() }]}>
      <BlockStack gap="400">
        <AppNotices view={view} now={now} />
        <OutcomeBanner
          reply={fetcher.data === dismissed ? undefined : fetcher.data}
          titleOf={(id) => id}
          onDismiss={() => setDismissed(fetcher.data ?? null)}
        />
        <Layout>
          <Layout.Section>
            <BlockStack gap="400">
              <SetUps view={view} now={now} />
              {cards("amazon")}
              <AmazonWizard view={view} now={now} />
            </BlockStack>
          </Layout.Section>
          <Layout.Section variant="oneThird">
            <BlockStack gap="400">
              {cards("shopify")}
              <LatestSyncs runs={view.runs} now={now} />
            </BlockStack>
          </Layout.Section>
        </Layout>
      </BlockStack>
      <EndingModals asked={asked} open={open} onSend={send} onClose={() => setOpen(null)} />
    </Page>
  );
}

/** Something is under way that a person may be waiting for. */
function isMoving(view: ConnectionsView, now: string): boolean {
  const isRunning = view.runs.some((run) => run.state === "running" && run.kind === "import");
  const isImporting = view.connections.some((each) => each.isImporting || each.isErasing);
  return isRunning || isImporting || isLinking(view, now) || setUps(view, now).length > 0;
}

function setUps(view: ConnectionsView, now: string) {
  return view.details.flatMap(({ connectionId, importStand: stand }) => {
    const connection = view.connections.find((each) => each.connectionId === connectionId);
    if (stand === null || connection === undefined) return [];
    return isSettingUp({ connection, stand, now }) ? [{ connection, stand }] : [];
  });
}

function SetUps({ view, now }: { view: ConnectionsView; now: string }) {
  return setUps(view, now).map(({ connection, stand }) => (
    <SetUpCard key={connection.connectionId} connection={connection} stand={stand} now={now} />
  ));
}

/** What Amazon tells the app itself; said quietly, because the merchant has nothing to do. */
function AppNotices({ view, now }: { view: ConnectionsView; now: string }) {
  const zone = useTimeZone();
  const { secretEndsAt, strayMessages } = view;
  if (secretEndsAt === null && strayMessages === 0) return null;
  return (
    <Banner tone="info">
      {secretEndsAt !== null && (
        <p>
          {`Calibr’s own key at Amazon ends ${dayWords(secretEndsAt, now, zone)} and is renewed before then. You have nothing to do.`}
        </p>
      )}
      {strayMessages > 0 && (
        <p>
          {`${plural(strayMessages, "message")} from Amazon named no seller and stood aside in the last month.`}
        </p>
      )}
    </Banner>
  );
}

function EndingModals(props: {
  asked: { connection: ConnectionView; intent: ConnectionIntent } | null;
  open: ConnectionIntent | null;
  onSend: (intent: ConnectionIntent, connection: ConnectionView) => void;
  onClose: () => void;
}) {
  const connection = props.asked?.connection ?? null;
  return (
    <>
      <ConfirmModal
        id="confirm-disconnect"
        isOpen={props.open === "disconnect"}
        title={`Disconnect ${connection === null ? "" : CHANNEL_NAMES[connection.channel]}?`}
        confirm="Disconnect"
        isDestructive
        onConfirm={() => connection !== null && props.onSend("disconnect", connection)}
        onClose={props.onClose}
      >
        <Text as="p">
          {`Calibr forgets its permission for ${connection?.accountId ?? ""} and sends no more prices there. Prices stay as they are now; your costs, limits and history are kept for when you connect again.`}
        </Text>
      </ConfirmModal>
      <DeleteDataModal
        connection={connection}
        isOpen={props.open === "delete_data"}
        onConfirm={(each) => props.onSend("delete_data", each)}
        onClose={props.onClose}
      />
    </>
  );
}
