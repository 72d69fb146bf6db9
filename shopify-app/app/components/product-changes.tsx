import { Link } from "@remix-run/react";
import { Button, Card, Text } from "@shopify/polaris";
import { useState } from "react";
import type { ChangeView } from "@calibr/shared/ports/shop-views";
import { paths } from "../http/paths.ts";
import { Ago } from "./ago.tsx";
import { ChannelTag, StateBadge } from "./badges.tsx";
import { MoveConfirm } from "./move-confirm.tsx";
import { PriceChange } from "./price-text.tsx";

/** Price changes of one item, newest first, each with its way back. */
export function ProductChanges(props: {
  changes: readonly ChangeView[];
  now: string;
  movingIds: readonly unknown[];
  onUndo: (changeId: string) => void;
}) {
  const [asked, setAsked] = useState<ChangeView | null>(null);
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Card padding="0">
      <div className="card-head">
        <Text as="h2" variant="headingMd">
          Price changes
        </Text>
      </div>
      {props.changes.length === 0 ? (
        <p className="card-note">No price of this item has changed yet.</p>
      ) : (
        <ul className="lines">
          {props.changes.map((change) => (
            <li key={change.changeId} className="line line-plain">
              <span className="line-main">
                <Link to={paths.change(change.changeId)} className="plain-link">
                  <PriceChange from={change.oldPrice} to={change.newPrice} />
                </Link>
                <span className="meta">
                  <ChannelTag channel={change.channel} />
                  <Ago at={change.stateAt} now={props.now} />
                  {change.origin === "undo" && <span>Undo</span>}
                </span>
              </span>
              <span className="line-end">
                <StateBadge state={change.state} />
                {change.isUndoable && (
                  <Button
                    size="slim"
                    loading={props.movingIds.includes(change.changeId)}
                    onClick={() => {
                      setAsked(change);
                      setIsOpen(true);
                    }}
                  >
                    Undo
                  </Button>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
      <MoveConfirm
        verb="undo"
        isOpen={isOpen}
        count={1}
        rows={asked === null ? [] : [asked]}
        onConfirm={() => asked !== null && props.onUndo(asked.changeId)}
        onClose={() => setIsOpen(false)}
      />
    </Card>
  );
}
