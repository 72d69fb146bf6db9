import { Banner, BlockStack, Layout, Page } from "@shopify/polaris";
import type { OverviewView } from "@calibr/shared/ports/shop-views";
import type { PageFacts } from "../http/page-facts.server.ts";
import { paths } from "../http/paths.ts";
import { ConnectionsCard } from "./connections-card.tsx";
import { HeldCard } from "./held-card.tsx";
import { PauseCard } from "./pause-card.tsx";
import { RecentCard } from "./recent-card.tsx";
import { SettingsForms } from "./settings-forms.tsx";
import { SetupGuide } from "./setup-guide.tsx";
import { setupSteps } from "./setup-steps.ts";
import { SpeedCard } from "./speed-card.tsx";
import { StatTiles } from "./stat-tiles.tsx";
import { useAutoRefresh } from "./use-auto-refresh.ts";

/** How things stand at a glance, what comes next, and who decides. */
export function OverviewPage({ now, view }: PageFacts & { view: OverviewView }) {
  const steps = setupSteps(view);
  // Costs that are still missing stand among the held prices: nobody is guided for ever.
  const isSetUp = steps.find((step) => step.id === "approve")?.isDone === true;
  const isImporting = view.connections.some((connection) => connection.isImporting);
  useAutoRefresh(view.counts.onTheirWay > 0 || isImporting);
  const waiting = view.counts.waitingForApproval;
  return (
    <Page
      title="Overview"
      primaryAction={
        waiting > 0 ? { content: "Review waiting prices", url: paths.approvals() } : undefined
      }
    >
      <BlockStack gap="400">
        {view.isPaused && (
          <Banner tone="warning" title="Price changes are paused">
            <p>Calibr goes on watching and proposing, but sends nothing until you resume.</p>
          </Banner>
        )}
        {!isSetUp && <SetupGuide steps={steps} />}
        <StatTiles counts={view.counts} />
        <Layout>
          <Layout.Section>
            <BlockStack gap="400">
              <RecentCard recent={view.recent} now={now} />
              <HeldCard holds={view.counts.holds} />
            </BlockStack>
          </Layout.Section>
          <Layout.Section variant="oneThird">
            <BlockStack gap="400">
              <ConnectionsCard connections={view.connections} now={now} />
              <SpeedCard speed={view.speed} />
              <PauseCard isPaused={view.isPaused} />
            </BlockStack>
          </Layout.Section>
        </Layout>
        <SettingsForms view={view} />
      </BlockStack>
    </Page>
  );
}
