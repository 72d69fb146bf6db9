import { Link } from "@remix-run/react";
import { Badge, Card, Text } from "@shopify/polaris";
import { CHANNELS, type Channel } from "@calibr/shared/core/channel";
import type { ConnectionView } from "@calibr/shared/ports/connection-views";
import { CHANNEL_NAMES } from "../copy/channels.ts";
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
        {CHANNELS.map((channel) => (
          <li key={channel} className="line line-plain">
            <ChannelLine channel={channel} connections={connections} now={now} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function ChannelLine(props: {
  channel: Channel;
  connections: readonly ConnectionView[];
  now: string;
}) {
  const own = props.connections.filter((each) => each.channel === props.channel);
  const connection = own.find((each) => each.status === "connected") ?? own[0];
  return (
    <>
      <span className="line-main">
        <span className="line-title">{CHANNEL_NAMES[props.channel]}</span>
        <span className="meta">
          {connection === undefined ? "Not connected yet" : plural(connection.listings, "listing")}
          {connection?.importedAt && <Ago at={connection.importedAt} now={props.now} />}
        </span>
      </span>
      <ConnectionBadge connection={connection} />
    </>
  );
}

/** Whether a connection works, in one word. */
export function ConnectionBadge({ connection }: { connection: ConnectionView | undefined }) {
  if (connection === undefined) return <Badge>Not connected</Badge>;
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
