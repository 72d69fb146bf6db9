import { Link } from "@remix-run/react";
import { Text } from "@shopify/polaris";
import type {
  AmazonDetailView,
  ConnectionView,
  SubscriptionView,
} from "@calibr/shared/ports/connection-views";
import { silentWords, watchWords } from "../copy/connections.ts";
import { plural } from "../copy/money.ts";
import {
  notificationName,
  SUBSCRIPTION_STATE_WORDS,
  subscriptionProblem,
} from "../copy/notifications.ts";
import { paths } from "../http/paths.ts";
import { Ago } from "./ago.tsx";

interface MarketHearingProps {
  readonly connection: ConnectionView;
  readonly detail: AmazonDetailView;
  readonly now: string;
}

/** How Calibr gets to know of changes in the market, how soon at the latest, and of what it hears nothing. */
export function MarketHearing({ connection, detail, now }: MarketHearingProps) {
  const { watch, subscriptions } = detail;
  const words = watch === null ? null : watchWords(watch);
  return (
    <section className="card-part">
      <Text as="h3" variant="headingSm">
        How the market is heard
      </Text>
      {words === null ? (
        <p className="quiet">The first market check says how soon changes are found.</p>
      ) : (
        <p>
          {words.lead} <span className="quiet">{words.rest}</span>
        </p>
      )}
      <dl className="facts facts-card">
        <div>
          <dt>Market news</dt>
          <dd>{NEWS[connection.notifications]}</dd>
        </div>
        {watch?.isTold === true && watch.watched > 0 && (
          <div>
            <dt>Silent</dt>
            <dd>
              {watch.silent === 0 ? (
                silentWords(watch)
              ) : (
                <Link to={paths.products({ filter: "silent" })}>{silentWords(watch)}</Link>
              )}
            </dd>
          </div>
        )}
        {watch !== null && watch.unreadable > 0 && (
          <div>
            <dt>Not readable</dt>
            <dd>{plural(watch.unreadable, "ASIN")}</dd>
          </div>
        )}
      </dl>
      {subscriptions.length > 0 && <NewsTable subscriptions={subscriptions} now={now} />}
      <SetAside detail={detail} />
    </section>
  );
}

const NEWS: Readonly<Record<ConnectionView["notifications"], string>> = {
  none: "By regular checks",
  subscribed: "As it happens",
  failed: "By regular checks; Amazon refused live news",
};

function NewsTable(props: { subscriptions: readonly SubscriptionView[]; now: string }) {
  const working = props.subscriptions.filter((each) => each.state === "active").length;
  return (
    <details className="inputs" open={props.subscriptions.some((each) => each.state === "failed")}>
      <summary>{`${String(working)} of ${plural(props.subscriptions.length, "kind")} of news arrive as they happen`}</summary>
      <div className="table-scroll">
        <table className="plain-table">
          <caption className="visually-hidden">Kinds of news from Amazon</caption>
          <thead>
            <tr>
              <th scope="col">News</th>
              <th scope="col">Arrives</th>
              <th scope="col">Last heard</th>
            </tr>
          </thead>
          <tbody>
            {props.subscriptions.map((each) => (
              <NewsRow key={each.type} subscription={each} now={props.now} />
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function NewsRow({ subscription, now }: { subscription: SubscriptionView; now: string }) {
  const problem = subscriptionProblem(subscription);
  return (
    <tr>
      <th scope="row">
        <span title={subscription.type}>{notificationName(subscription.type)}</span>
        {problem !== null && <span className="quiet cell-note">{problem}</span>}
      </th>
      <td>{SUBSCRIPTION_STATE_WORDS[subscription.state]}</td>
      <td>
        {subscription.lastHeardAt === null ? (
          <span className="quiet">Never</span>
        ) : (
          <Ago at={subscription.lastHeardAt} now={now} />
        )}
      </td>
    </tr>
  );
}

/** Messages that could not be read: kept, counted and looked at by a person, never in the way of the others. */
function SetAside({ detail }: { detail: AmazonDetailView }) {
  const total = detail.setAside.reduce((sum, each) => sum + each.messages, 0);
  if (total === 0) return null;
  return (
    <details className="inputs">
      <summary>{`${plural(total, "message")} set aside`}</summary>
      <p className="quiet">
        Amazon sent them in a form that Calibr does not know. The others went on; the regular checks
        find what these told of.
      </p>
      <ul className="bare-list">
        {detail.setAside.map((each) => (
          <li key={each.problem} className="breakable">
            {`${each.messages} × ${each.problem}`}
          </li>
        ))}
      </ul>
    </details>
  );
}
