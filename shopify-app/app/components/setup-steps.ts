import type { OverviewView } from "@calibr/shared/ports/shop-views";
import { paths } from "../http/paths.ts";

/** One step on the way to the first live price. */
export interface SetupStep {
  readonly id: "connect" | "import" | "costs" | "approve";
  readonly title: string;
  readonly text: string;
  readonly isDone: boolean;
  readonly action: { readonly label: string; readonly url: string };
}

type Known = Pick<OverviewView, "connections" | "counts" | "recent">;

/** The four steps, each with whether the shop's own rows say that it is done. */
export function setupSteps(view: Known): readonly SetupStep[] {
  const amazon = view.connections.filter(
    (each) => each.channel === "amazon" && each.status === "connected",
  );
  const isImported =
    amazon.some((each) => each.importedAt !== null) && view.counts.listings.amazon > 0;
  const withoutCost =
    view.counts.holds.find((hold) => hold.reasonCode === "cost_missing")?.listings ?? 0;
  return [
    {
      id: "connect",
      title: "Connect Amazon",
      text: "Give Calibr permission in Seller Central. It takes about two minutes.",
      isDone: amazon.length > 0,
      action: { label: "Connect Amazon", url: paths.connections() },
    },
    {
      id: "import",
      title: "Import your listings",
      text: "Calibr reads your Amazon listings and links them to your variants by SKU or barcode.",
      isDone: isImported,
      action: { label: "See the import", url: paths.connections() },
    },
    {
      id: "costs",
      title: "Complete your costs",
      text:
        withoutCost > 0
          ? `${withoutCost} listings have no cost yet. Without one there is no safe floor, and their prices stay as they are.`
          : "Costs in Shopify are taken over. Without a cost there is no safe floor, and the price stays as it is.",
      isDone: isImported && withoutCost === 0,
      action: { label: "Enter costs", url: paths.products({ filter: "no_cost" }) },
    },
    {
      id: "approve",
      title: "Approve your first price",
      text: "Every proposal says what it answers and why. Nothing is sent without your yes.",
      isDone: view.counts.live24h > 0 || view.recent.some((change) => change.approvedAt !== null),
      action: { label: "Review prices", url: paths.approvals() },
    },
  ];
}
