import {
  Badge,
  Banner,
  BlockStack,
  Button,
  ButtonGroup,
  Card,
  Layout,
  Page,
  Text,
} from "@shopify/polaris";
import { useState } from "react";
import { isInFlight } from "@calibr/shared/core/changes/states";
import type { ChangeEventView, ChangeView } from "@calibr/shared/ports/shop-views";
import { stateCodeSentence, STATE_WORDS } from "../copy/states.ts";
import { paths } from "../http/paths.ts";
import { StateBadge } from "./badges.tsx";
import { ChangeFacts } from "./change-facts.tsx";
import { ChangeTimeline } from "./change-timeline.tsx";
import { DecisionInputs } from "./decision-inputs.tsx";
import { MoveConfirm } from "./move-confirm.tsx";
import { OutcomeBanner } from "./outcome-banner.tsx";
import { PriceChange } from "./price-text.tsx";
import { ReasonList } from "./reason-list.tsx";
import { useAutoRefresh } from "./use-auto-refresh.ts";
import { useMoveChanges } from "./use-move-changes.ts";

export interface ChangePageView {
  readonly change: ChangeView;
  readonly events: readonly ChangeEventView[];
  readonly inputs: string | null;
  readonly isReceiptWhole: boolean;
}

/** The receipt of one price change: what, why, and every step since. */
export function ChangePage({ view, now }: { view: ChangePageView; now: string }) {
  const { change } = view;
  const moves = useMoveChanges([change]);
  useAutoRefresh(moves.isMoving || isInFlight(change.state));
  return (
    <Page
      title={change.title}
      titleMetadata={<StateBadge state={change.state} />}
      subtitle={`Receipt ${change.changeId}`}
      backAction={{ content: "Activity", url: paths.activity() }}
    >
      <BlockStack gap="400">
        <OutcomeBanner {...moves.banner} />
        {!view.isReceiptWhole && (
          <Banner tone="critical" title="This receipt was altered">
            <p>Its chain of hashes does not add up. Write to us and name the receipt’s number.</p>
          </Banner>
        )}
        <Layout>
          <Layout.Section>
            <BlockStack gap="400">
              <Card>
                <BlockStack gap="300">
                  <span className="receipt-price">
                    <PriceChange from={change.oldPrice} to={change.newPrice} />
                  </span>
                  <Text as="p" tone="subdued">
                    {stateCodeSentence(change.stateCode, change.stateFacts) ??
                      STATE_WORDS[change.state].text}
                  </Text>
                  <ReasonList reasons={change.reasons} />
                  <ChangeButtons change={change} isBusy={moves.isMoving} move={moves.move} />
                </BlockStack>
              </Card>
              <Card>
                <div className="listing-head">
                  <Text as="h2" variant="headingMd">
                    What happened
                  </Text>
                  {view.isReceiptWhole && <Badge tone="success">Receipt is whole</Badge>}
                </div>
                <ChangeTimeline events={view.events} />
              </Card>
              {view.inputs !== null && <DecisionInputs inputs={view.inputs} />}
            </BlockStack>
          </Layout.Section>
          <Layout.Section variant="oneThird">
            <ChangeFacts change={change} now={now} />
          </Layout.Section>
        </Layout>
      </BlockStack>
    </Page>
  );
}

function ChangeButtons(props: {
  change: ChangeView;
  isBusy: boolean;
  move: ReturnType<typeof useMoveChanges>["move"];
}) {
  const { change, isBusy } = props;
  const [isOpen, setIsOpen] = useState(false);
  const move = (intent: "approve" | "reject" | "undo") =>
    props.move(intent, { ids: [change.changeId], isAll: false });
  if (change.state === "proposed") {
    return (
      <ButtonGroup>
        <Button variant="primary" loading={isBusy} onClick={() => move("approve")}>
          Approve
        </Button>
        <Button disabled={isBusy} onClick={() => move("reject")}>
          Reject
        </Button>
      </ButtonGroup>
    );
  }
  if (!change.isUndoable) return null;
  return (
    <>
      <ButtonGroup>
        <Button loading={isBusy} onClick={() => setIsOpen(true)}>
          Undo
        </Button>
      </ButtonGroup>
      <MoveConfirm
        verb="undo"
        isOpen={isOpen}
        count={1}
        rows={[change]}
        onConfirm={() => move("undo")}
        onClose={() => setIsOpen(false)}
      />
    </>
  );
}
