import { z } from "zod";
import { decideLink } from "@calibr/shared/services/catalog/decide-link";
import { services } from "../services.server.ts";
import { parseForm } from "./parse-form.ts";
import { reply } from "./reply.ts";
import type { Visitor } from "./require-shop.server.ts";

const LinkForm = z.discriminatedUnion("intent", [
  z.object({
    intent: z.literal("same"),
    listingId: z.string(),
    variantId: z.string(),
    units: z.string(),
  }),
  z.object({ intent: z.literal("none"), listingId: z.string() }),
]);

/** Stores what a person says one Amazon listing is. */
export async function decideLinks({ shopId, person }: Visitor, form: FormData) {
  const parsed = parseForm(LinkForm, form);
  if (!parsed.ok) return reply.refused("unknown_intent", 422);
  const { listingId, intent } = parsed.value;
  const choice =
    intent === "same"
      ? { variantId: parsed.value.variantId, units: parsed.value.units }
      : { variantId: null, units: "1" };
  const outcome = await decideLink(services, { shopId, person, listingId, ...choice });
  switch (outcome) {
    case "linked":
      return reply.saved("linked");
    case "dismissed":
      return reply.saved("link_dismissed");
    case "units_invalid":
      return reply.invalid({ units: "units_invalid" });
    case "not_found":
      return reply.refused("link_review_gone", 404);
  }
}
