import { Card, Text } from "@shopify/polaris";
import type { OverviewView } from "@calibr/shared/ports/shop-views";
import { durationWords } from "../copy/time.ts";

/** How long a price took from the event outside, over the last day; half were faster, one in twenty slower. */
export function SpeedCard({ speed }: { speed: OverviewView["speed"] }) {
  const rows = [
    { label: "Accepted", half: speed.acceptedMsP50, most: speed.acceptedMsP95 },
    { label: "Seen live", half: speed.liveMsP50, most: speed.liveMsP95 },
  ];
  if (rows.every((row) => row.half === null)) return null;
  return (
    <Card>
      <Text as="h2" variant="headingMd">
        From market move to new price
      </Text>
      <table className="speed">
        <thead>
          <tr>
            <th scope="col">Last 24 hours</th>
            <th scope="col">Half within</th>
            <th scope="col">95 % within</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.label}>
              <th scope="row">{row.label}</th>
              <td>{row.half === null ? "–" : durationWords(row.half)}</td>
              <td>{row.most === null ? "–" : durationWords(row.most)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Text as="p" tone="subdued" variant="bodySm">
        Includes the time a price waits for your approval.
      </Text>
    </Card>
  );
}
