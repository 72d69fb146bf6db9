import { Link } from "@remix-run/react";
import { BlockStack, Button, Card, Text } from "@shopify/polaris";
import { useState } from "react";
import { HOUR_MS } from "@calibr/shared/core/time/duration";
import type { ConnectionView, ImportStandView } from "@calibr/shared/ports/connection-views";
import { plural } from "../copy/money.ts";
import { regionName } from "../copy/regions.ts";
import { paths } from "../http/paths.ts";
import { importSteps, type ImportStep, isSetUp } from "./import-steps.ts";

interface SetUpCardProps {
  readonly connection: ConnectionView;
  readonly stand: ImportStandView;
  readonly now: string;
}

/** True while a new account is read for the first time, and for an hour after it gave its permission. */
export function isSettingUp({ connection, stand, now }: SetUpCardProps): boolean {
  if (connection.status !== "connected" || connection.consentedAt === null) return false;
  const isFresh = Date.parse(now) - Date.parse(connection.consentedAt) < HOUR_MS;
  return isFresh || !isSetUp(importSteps(stand, connection));
}

/** What happens after the permission, step by step with real counts, and what was found. */
export function SetUpCard({ connection, stand }: SetUpCardProps) {
  const [isClosed, setIsClosed] = useState(false);
  const steps = importSteps(stand, connection);
  const isDone = isSetUp(steps);
  if (isClosed) return null;
  return (
    <Card>
      <BlockStack gap="200">
        <div className="listing-head">
          <div className="product-name">
            <Text as="h2" variant="headingMd">
              {isDone ? "Amazon is ready" : "Reading your Amazon account"}
            </Text>
            <span className="quiet">{`${connection.accountId}, ${regionName(connection.region)}`}</span>
          </div>
          {isDone && (
            <Button variant="plain" onClick={() => setIsClosed(true)}>
              Close
            </Button>
          )}
        </div>
        <ol className="setup-steps" role="status">
          {steps.map((step) => (
            <StepLine key={step.id} step={step} />
          ))}
        </ol>
        {isDone ? (
          <Found stand={stand} />
        ) : (
          <Text as="p" tone="subdued">
            You may leave this page: Calibr goes on by itself.
          </Text>
        )}
      </BlockStack>
    </Card>
  );
}

const STATE_NAMES: Readonly<Record<ImportStep["state"], string>> = {
  open: "",
  working: " (under way)",
  done: " (done)",
  failed: " (failed)",
};

function StepLine({ step }: { step: ImportStep }) {
  return (
    <li data-done={step.state === "done"} data-state={step.state}>
      <span className="setup-mark" aria-hidden="true" />
      <div className="product-name">
        <Text
          as="h3"
          variant="bodyMd"
          fontWeight={step.state === "working" ? "semibold" : "regular"}
        >
          {step.title}
          <span className="visually-hidden">{STATE_NAMES[step.state]}</span>
        </Text>
        <span className={step.state === "failed" ? "flag" : "quiet"}>{step.text}</span>
      </div>
    </li>
  );
}

/** The next things to do, each a way into its list. */
function Found({ stand }: { stand: ImportStandView }) {
  return (
    <ul className="next-things">
      {stand.toCheck > 0 && (
        <li>
          <Link to={paths.links()}>{`Check ${plural(stand.toCheck, "link")}`}</Link>
        </li>
      )}
      {stand.withoutCost > 0 && (
        <li>
          <Link to={paths.products({ filter: "no_cost" })}>
            {`Enter the cost of ${plural(stand.withoutCost, "product")}`}
          </Link>
        </li>
      )}
      <li>
        <Link to={paths.approvals()}>See the first proposals</Link>
      </li>
      <li>
        <Link to={paths.products({ filter: "linked" })}>See what is linked</Link>
      </li>
    </ul>
  );
}
