import { useFetcher } from "@remix-run/react";
import { BlockStack, Layout, Page, Text } from "@shopify/polaris";
import { useState } from "react";
import type { ConnectionView, ConnectionsView } from "@calibr/shared/ports/shop-views";
import { CHANNEL_NAMES } from "../copy/channels.ts";
import type { PageFacts } from "../http/page-facts.server.ts";
import type { Reply } from "../http/reply.ts";
import { AmazonWizard } from "./amazon-wizard.tsx";
import { ConfirmModal } from "./confirm-modal.tsx";
import { ConnectionCard } from "./connection-card.tsx";
import { isLinking } from "./link-progress.ts";
import { OutcomeBanner } from "./outcome-banner.tsx";
import { SyncRuns } from "./sync-runs.tsx";
import { useAutoRefresh } from "./use-auto-refresh.ts";
import { useReplyToast } from "./use-reply-toast.ts";

/** Both channels, the way to connect Amazon, and what the last runs did. */
export function ConnectionsPage({ now, view }: PageFacts & { view: ConnectionsView }) {
  const fetcher = useFetcher<Reply>();
  const [ending, setEnding] = useState<ConnectionView | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const [dismissed, setDismissed] = useState<Reply | null>(null);
  useReplyToast(fetcher.data);
  const isRunning = view.runs.some((run) => run.state === "running");
  const isImporting = view.connections.some((connection) => connection.isImporting);
  useAutoRefresh(isRunning || isImporting || isLinking(view, now) || fetcher.state !== "idle");
  const send = (intent: "import" | "sweep" | "disconnect", connection: ConnectionView) =>
    void fetcher.submit({ intent, connectionId: connection.connectionId }, { method: "post" });
  const ofChannel = (channel: ConnectionView["channel"]) =>
    view.connections.filter((connection) => connection.channel === channel);
  const card = (connection: ConnectionView) => (
    <ConnectionCard
      key={connection.connectionId}
      connection={connection}
      runs={view.runs}
      now={now}
      busyWith={
        fetcher.formData?.get("connectionId") === connection.connectionId
          ? fetcher.formData.get("intent")
          : null
      }
      onImport={() => send("import", connection)}
      onSweep={() => send("sweep", connection)}
      onDisconnect={() => {
        setEnding(connection);
        setIsAsking(true);
      }}
    />
  );
  return (
    <Page title="Connections">
      <BlockStack gap="400">
        <OutcomeBanner
          reply={fetcher.data === dismissed ? undefined : fetcher.data}
          titleOf={(id) => id}
          onDismiss={() => setDismissed(fetcher.data ?? null)}
        />
        <Layout>
          <Layout.Section variant="oneHalf">
            <BlockStack gap="400">
              {ofChannel("amazon").map(card)}
              <AmazonWizard view={view} now={now} />
            </BlockStack>
          </Layout.Section>
          <Layout.Section variant="oneHalf">
            <BlockStack gap="400">{ofChannel("shopify").map(card)}</BlockStack>
          </Layout.Section>
        </Layout>
        <SyncRuns runs={view.runs} now={now} />
      </BlockStack>
      <ConfirmModal
        id="confirm-disconnect"
        isOpen={isAsking}
        title={`Disconnect ${ending === null ? "" : CHANNEL_NAMES[ending.channel]}?`}
        confirm="Disconnect"
        isDestructive
        onConfirm={() => ending !== null && send("disconnect", ending)}
        onClose={() => setIsAsking(false)}
      >
        <Text as="p">
          Calibr forgets its permission and sends no more prices there. Prices stay as they are now;
          your costs, limits and history are kept for when you connect again.
        </Text>
      </ConfirmModal>
    </Page>
  );
}
