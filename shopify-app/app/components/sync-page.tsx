import { Banner, BlockStack, Button, Card, Page, Text } from "@shopify/polaris";
import type { ReactNode } from "react";
import type { PageOf } from "@calibr/shared/ports/shop-views";
import type {
  SyncDifferenceView,
  SyncPartView,
  SyncRunView,
} from "@calibr/shared/ports/sync-views";
import { placeName } from "../copy/countries.ts";
import { failureWords } from "../copy/failures.ts";
import { countWords, plural } from "../copy/money.ts";
import { countsWords } from "../copy/sync-counts.ts";
import { PART_STATE_WORDS } from "../copy/syncs.ts";
import { instantWords } from "../copy/time.ts";
import type { PageFacts } from "../http/page-facts.server.ts";
import { paths } from "../http/paths.ts";
import { Ago } from "./ago.tsx";
import { Pager } from "./pager.tsx";
import { DifferencesTable } from "./sync-differences.tsx";
import { RunBadge, runDuration, runTitle } from "./sync-runs.tsx";
import { useTimeZone } from "./time-zone.tsx";
import { useAutoRefresh } from "./use-auto-refresh.ts";
import { useDownload } from "./use-download.ts";

export interface SyncPageProps extends PageFacts {
  readonly after: string | null;
  readonly run: SyncRunView;
  readonly parts: readonly SyncPartView[];
  readonly differences: PageOf<SyncDifferenceView>;
}

/** One run: what it read, each country store's share, and everything it found to be different. */
export function SyncPage({ run, parts, differences, after, now }: SyncPageProps) {
  useAutoRefresh(run.state === "running");
  return (
    <Page
      title={runTitle(run)}
      subtitle={instantWords(run.startedAt, useTimeZone())}
      titleMetadata={<RunBadge state={run.state} />}
      backAction={{ content: "Sync history", url: paths.syncs() }}
    >
      <BlockStack gap="400">
        {run.errorCode !== null && (
          <Banner
            tone="critical"
            title={failureWords(run.errorCode).title}
            action={{ content: "See connections", url: paths.connections() }}
          >
            <p>{failureWords(run.errorCode).text}</p>
          </Banner>
        )}
        <Card>
          <RunFacts run={run} now={now} />
        </Card>
        {parts.length > 0 && <PartsCard parts={parts} now={now} />}
        <Differences run={run} differences={differences} after={after} />
      </BlockStack>
    </Page>
  );
}

function RunFacts({ run, now }: { run: SyncRunView; now: string }) {
  return (
    <dl className="facts facts-card">
      <Fact name="Account">{run.accountId}</Fact>
      <Fact name="Started">
        <Ago at={run.startedAt} now={now} />
      </Fact>
      <Fact name="Took">{runDuration(run) ?? "Under way"}</Fact>
      <Fact name="Found">{countsWords(run.counts) || "–"}</Fact>
    </dl>
  );
}

function PartsCard({ parts, now }: { parts: readonly SyncPartView[]; now: string }) {
  return (
    <Card padding="0">
      <div className="card-head">
        <Text as="h2" variant="headingMd">
          Country stores
        </Text>
      </div>
      <ul className="lines">
        {parts.map((part) => (
          <li key={part.marketplaceId} className="line line-plain">
            <span className="line-main">
              <span className="line-title">{placeName(part.marketplaceId)}</span>
              {part.errorCode !== null && (
                <span className="quiet">
                  {failureWords(part.errorCode).title}
                  {part.failures > 1 && `, ${plural(part.failures, "time")} in a row`}
                </span>
              )}
            </span>
            <span className="quiet">
              {PART_STATE_WORDS[part.state]}
              {part.endedAt !== null && (
                <>
                  {" "}
                  <Ago at={part.endedAt} now={now} />
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Differences(props: {
  run: SyncRunView;
  differences: PageOf<SyncDifferenceView>;
  after: string | null;
}) {
  const { run, differences, after } = props;
  const download = useDownload(paths.syncTable(run.runId), `calibr-sync-${run.runId}.csv`);
  const more = run.differences - differences.total;
  return (
    <Card padding="0">
      <div className="card-head">
        <Text as="h2" variant="headingMd">
          Differences
        </Text>
        {differences.total > 0 && (
          <Button variant="plain" onClick={download.start} loading={download.isBusy}>
            Download CSV
          </Button>
        )}
      </div>
      {download.hasFailed && <p className="card-note">The download did not work. Try again.</p>}
      {differences.rows.length === 0 ? (
        <p className="card-note">{noDifferenceWords(run)}</p>
      ) : (
        <DifferencesTable rows={differences.rows} />
      )}
      {more > 0 && (
        <p className="card-note card-note-top">
          {`And ${countWords(more)} more. Calibr keeps the first ${countWords(differences.total)} of a run; all of them were taken over.`}
        </p>
      )}
      <Pager
        shown={differences.rows.length}
        total={differences.total}
        noun="differences"
        firstUrl={after === null ? null : paths.sync(run.runId)}
        nextUrl={
          differences.next === null ? null : paths.sync(run.runId, { after: differences.next })
        }
      />
    </Card>
  );
}

/** Only imports and changes compare with what was known before; the other kinds just read. */
function noDifferenceWords({ kind, state }: SyncRunView): string {
  if (kind !== "import" && kind !== "changes")
    return "Imports and changes list differences. This kind of run only takes over what it reads.";
  switch (state) {
    case "running":
      return "What the run finds is listed here as it goes.";
    case "failed":
      return "The run found none before it failed.";
    case "done":
      return "Everything was as Calibr knew it.";
  }
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="breakable">{children}</dd>
    </div>
  );
}
