import { Banner } from "@shopify/polaris";
import type { ConnectionView } from "@calibr/shared/ports/connection-views";
import { STANDING_WORDS } from "../copy/connections.ts";
import { failureWords } from "../copy/failures.ts";
import { plural } from "../copy/money.ts";

/** What a person has to know or do about a connection; nothing when all is well. */
export function ConnectionProblem({ connection }: { connection: ConnectionView }) {
  return (
    <>
      <Failure connection={connection} />
      <Consent connection={connection} />
      <Standing connection={connection} />
    </>
  );
}

function Failure({ connection }: { connection: ConnectionView }) {
  if (connection.isErasing) {
    return (
      <Banner tone="info" title="What was read is being deleted">
        <p>This takes some minutes. Receipts of your price changes stay.</p>
      </Banner>
    );
  }
  if (connection.problemCode === null) return null;
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

function Consent({ connection }: { connection: ConnectionView }) {
  const { consent, consentDaysLeft: days, problemCode, status } = connection;
  if (status !== "connected" || days === null || consent === "fresh") return null;
  if (problemCode === "amazon_consent_ended") return null;
  const { title, text } = failureWords("amazon_consent_ended");
  return (
    <Banner
      tone="warning"
      title={
        consent === "ended"
          ? title
          : `Amazon asks for your permission again in ${plural(days, "day")}`
      }
    >
      <p>{consent === "ended" ? text : "Reconnect before then, so that no price waits."}</p>
    </Banner>
  );
}

function Standing({ connection }: { connection: ConnectionView }) {
  const { accountStatus, status } = connection;
  const words = accountStatus === null ? null : STANDING_WORDS[accountStatus];
  if (status !== "connected" || words?.text == null) return null;
  return (
    <Banner tone={accountStatus === "deactivated" ? "critical" : "warning"} title={words.label}>
      <p>{words.text}</p>
    </Banner>
  );
}
