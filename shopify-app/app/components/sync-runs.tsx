import { Badge, Card, Text } from "@shopify/polaris";
import type { SyncRunView } from "@calibr/shared/ports/shop-views";
import { CHANNEL_NAMES } from "../copy/channels.ts";
import { failureWords } from "../copy/failures.ts";
import { countsWords } from "../copy/sync-counts.ts";
import { durationWords } from "../copy/time.ts";
import { Ago } from "./ago.tsx";

/** The latest imports and market checks. */
export function SyncRuns({ runs, now }: { runs: readonly SyncRunView[]; now: string }) {
  return (
    <Card padding="0">
      <div className="card-head">
        <Text as="h2" variant="headingMd">
          Imports and market checks
        </Text>
      </div>
      {runs.length === 0 ? (
        <p className="card-note">The first import is listed here as soon as it starts.</p>
      ) : (
        <ul className="lines">
          {runs.map((run) => (
            <li key={run.runId} className="line line-plain">
              <span className="line-main">
                <span className="line-title">
                  {`${CHANNEL_NAMES[run.channel]} ${run.kind === "import" ? "import" : "market check"}`}
                </span>
                <span className="quiet">
                  {run.errorCode === null
                    ? countsWords(run.counts) || "Nothing new"
                    : failureWords(run.errorCode).text}
                </span>
              </span>
              <span className="line-end">
                <span className="quiet">
                  <Ago at={run.startedAt} now={now} />
                  {run.finishedAt !== null &&
                    `, took ${durationWords(Date.parse(run.finishedAt) - Date.parse(run.startedAt))}`}
                </span>
                <RunBadge run={run} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function RunBadge({ run }: { run: SyncRunView }) {
  switch (run.state) {
    case "running":
      return <Badge tone="info">Running</Badge>;
    case "done":
      return <Badge tone="success">Done</Badge>;
    case "failed":
      return <Badge tone="critical">Failed</Badge>;
  }
}
