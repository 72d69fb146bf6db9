import { Card, Text } from "@shopify/polaris";
import type { OverviewView } from "@calibr/shared/ports/shop-views";
import { durationWords } from "../copy/time.ts";

/** How long prices took after their approval, over the last day: half of them, and all but one in twenty. */
export function SpeedCard({ speed }: { speed: OverviewView["speed"] }) {
  const rows = [
    { label: "Accepted", half: speed.acceptedMsP50, most: speed.acceptedMsP95 },
    { label: "Seen live", half: speed.liveMsP50, most: speed.liveMsP95 },
  ];
  if (rows.every((row) => row.half === null)) return null;
  return (
    <Card>
      <Text as="h2" variant="headingMd">
        How fast prices arrive
      </Text>
      <table className="speed">
        <thead>
          <tr>
            <th scope="col">After approval, last 24 h</th>
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
    </Card>
  );
}
