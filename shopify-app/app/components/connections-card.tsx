import { Link } from "@remix-run/react";
import { Badge, Card, Text } from "@shopify/polaris";
import { CHANNELS, type Channel } from "@calibr/shared/core/channel";
import type { ConnectionView } from "@calibr/shared/ports/connection-views";
import { CHANNEL_NAMES } from "../copy/channels.ts";
import { consentWords } from "../copy/connections.ts";
import { plural } from "../copy/money.ts";
import { paths } from "../http/paths.ts";
import { Ago } from "./ago.tsx";

/** Each channel in one line: connected or not, and how fresh. */
export function ConnectionsCard({
  connections,
  now,
}: {
  connections: readonly ConnectionView[];
  now: string;
}) {
  return (
    <Card padding="0">
      <div className="card-head">
        <Text as="h2" variant="headingMd">
          Connections
        </Text>
        <Link to={paths.connections()}>Manage</Link>
      </div>
      <ul className="lines">
        {CHANNELS.flatMap((channel) => {
          const own = connections.filter((each) => each.channel === channel);
          return own.length === 0
            ? [<UnknownLine key={channel} channel={channel} />]
            : own.map((each) => (
                <ConnectionLine
                  key={each.connectionId}
                  connection={each}
                  isOneOfSeveral={own.length > 1}
                  now={now}
                />
              ));
        })}
      </ul>
    </Card>
  );
}

function UnknownLine({ channel }: { channel: Channel }) {
  return (
    <li className="line line-plain">
      <span className="line-main">
        <span className="line-title">{CHANNEL_NAMES[channel]}</span>
        <span className="meta">Not connected yet</span>
      </span>
      <Badge>Not connected</Badge>
    </li>
  );
}

function ConnectionLine(props: {
  connection: ConnectionView;
  isOneOfSeveral: boolean;
  now: string;
}) {
  const { connection } = props;
  const isEnding = connection.status === "connected" && connection.consent === "ending";
  return (
    <li className="line line-plain">
      <span className="line-main">
        <span className="line-title">{CHANNEL_NAMES[connection.channel]}</span>
        {props.isOneOfSeveral && <span className="quiet breakable">{connection.accountId}</span>}
        <span className="meta">
          {plural(connection.listings, "listing")}
          {connection.importedAt !== null && <Ago at={connection.importedAt} now={props.now} />}
        </span>
        {isEnding && <span className="flag">{`Permission: ${consentWords(connection)}`}</span>}
      </span>
      <ConnectionBadge connection={connection} />
    </li>
  );
}

/** Whether a connection works, in one word. */
export function ConnectionBadge({ connection }: { connection: ConnectionView }) {
  if (connection.status === "disconnected") {
    return connection.problemCode === null ? (
      <Badge>Disconnected</Badge>
    ) : (
      <Badge tone="critical">Reconnect</Badge>
    );
  }
  if (connection.problemCode !== null) return <Badge tone="warning">Problem</Badge>;
  if (connection.isImporting) return <Badge tone="info">Importing</Badge>;
  return <Badge tone="success">Connected</Badge>;
}
