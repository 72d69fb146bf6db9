import { z } from "zod";
import { assertNever } from "@calibr/shared/core/assert";
import { parseChangeId } from "@calibr/shared/core/ids";
import { approveChanges, rejectChanges } from "@calibr/shared/services/changes/approve-changes";
import { undoChanges } from "@calibr/shared/services/changes/undo-changes";
import { services } from "../services.server.ts";
import { idField, listField, parseForm } from "./parse-form.ts";
import { reply } from "./reply.ts";
import type { Visitor } from "./require-shop.server.ts";

const MoveForm = z.object({
  intent: z.enum(["approve", "reject", "undo"], { error: "unknown_choice" }),
  /** "yes": every change that waits, not only those on the page. */
  all: z.literal("yes").optional(),
  id: listField(idField(parseChangeId)),
});

/** Approves, rejects or takes back the changes a form names. */
export async function moveChanges(visitor: Visitor, form: FormData) {
  const parsed = parseForm(MoveForm, form);
  if (!parsed.ok) return reply.refused("unknown_intent", 422);
  const { intent, all, id } = parsed.value;
  const { shopId, person } = visitor;
  const order = { shopId, person, changeIds: all === "yes" ? ("all" as const) : id };
  switch (intent) {
    case "approve": {
      const { moved, skipped } = await approveChanges(services, order);
      return reply.moved(intent, moved.length, skipped);
    }
    case "reject": {
      const { moved, skipped } = await rejectChanges(services, order);
      return reply.moved(intent, moved.length, skipped);
    }
    case "undo": {
      const { undone, skipped } = await undoChanges(services, { shopId, person, changeIds: id });
      return reply.moved(intent, undone.length, skipped);
    }
    default:
      return assertNever(intent);
  }
}
