import type { AccountStatus } from "@calibr/shared/ports/notification-source";
import { z } from "zod";
import { type ReadType, unreadable } from "./reading.ts";

const Document = z.object({
  accountstatuschangenotification: z.object({ currentaccountstatus: z.string() }),
});

const STATUSES: Readonly<Record<string, AccountStatus | undefined>> = {
  NORMAL: "normal",
  AT_RISK: "at_risk",
  DEACTIVATED: "deactivated",
};

/** ACCOUNT_STATUS_CHANGED 2021-01-01: the account's standing. The document itself names no seller. */
export const readAccountStatus: ReadType = ({ body }) => {
  const parsed = Document.safeParse(body);
  if (!parsed.success) return unreadable("no_account_status");
  const said = parsed.data.accountstatuschangenotification.currentaccountstatus;
  const status = STATUSES[said.toUpperCase()];
  return status === undefined
    ? unreadable("account_status_unknown")
    : { fact: { kind: "account_status", status } };
};
