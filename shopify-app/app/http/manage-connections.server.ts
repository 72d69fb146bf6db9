import { z } from "zod";
import { assertNever } from "@calibr/shared/core/assert";
import { parseConnectionId } from "@calibr/shared/core/ids";
import {
  deleteAmazonData,
  disconnectConnection,
  requestImport,
  requestSweep,
} from "@calibr/shared/services/connections/manage-connection";
import { startAmazonLink } from "@calibr/shared/services/connections/start-amazon-link";
import { services } from "../services.server.ts";
import { idField, parseForm } from "./parse-form.ts";
import { reply } from "./reply.ts";
import type { Visitor } from "./require-shop.server.ts";

const connectionId = idField(parseConnectionId);

const ConnectionsForm = z.discriminatedUnion("intent", [
  z.object({ intent: z.literal("link"), marketplaceId: z.string() }),
  z.object({ intent: z.literal("import"), connectionId }),
  z.object({ intent: z.literal("sweep"), connectionId }),
  z.object({ intent: z.literal("disconnect"), connectionId }),
  z.object({ intent: z.literal("delete_data"), connectionId }),
]);

/** Starts, refreshes or ends a connection. */
export async function manageConnections({ shopId }: Visitor, form: FormData) {
  const parsed = parseForm(ConnectionsForm, form);
  if (!parsed.ok) return reply.refused("unknown_intent", 422);
  const ask = parsed.value;
  switch (ask.intent) {
    case "link": {
      const start = await startAmazonLink(services, { shopId, marketplaceId: ask.marketplaceId });
      return start.kind === "started" ? reply.opened(start.url) : reply.refused(start.kind);
    }
    case "import": {
      const outcome = await requestImport(services, { shopId, connectionId: ask.connectionId });
      return outcome.kind === "done"
        ? reply.saved("import_requested")
        : reply.refused(outcome.kind);
    }
    case "sweep": {
      const outcome = await requestSweep(services, { shopId, connectionId: ask.connectionId });
      return outcome.kind === "done" ? reply.saved("sweep_requested") : reply.refused(outcome.kind);
    }
    case "disconnect": {
      const outcome = await disconnectConnection(services, {
        shopId,
        connectionId: ask.connectionId,
      });
      return outcome.kind === "done" ? reply.saved("disconnected") : reply.refused(outcome.kind);
    }
    case "delete_data": {
      const outcome = await deleteAmazonData(services, { shopId, connectionId: ask.connectionId });
      return outcome.kind === "done" ? reply.saved("data_deleting") : reply.refused(outcome.kind);
    }
    default:
      return assertNever(ask);
  }
}
