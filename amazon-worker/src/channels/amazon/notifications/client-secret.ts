import { z } from "zod";
import { instantOf } from "../client/vendor-time.ts";
import { type ReadType, unreadable } from "./reading.ts";

const text = z.string().min(1).nullish().catch(null);
const Ending = z.object({
  applicationoauthclientsecretexpiry: z.object({
    clientid: z.string().min(1),
    clientsecretexpirytime: text,
  }),
});
const Renewed = z.object({
  applicationoauthclientnewsecret: z.object({
    clientid: z.string().min(1),
    oldclientsecretexpirytime: text,
  }),
});

/** APPLICATION_OAUTH_CLIENT_SECRET_EXPIRY: the secret in use ends at an instant. */
export const readSecretEnding: ReadType = ({ body }) => {
  const parsed = Ending.safeParse(body);
  if (!parsed.success) return unreadable("no_client_secret");
  const { clientid, clientsecretexpirytime } = parsed.data.applicationoauthclientsecretexpiry;
  const endsAt = instantOf(clientsecretexpirytime);
  return { fact: { kind: "client_secret", what: "ending", clientId: clientid, endsAt } };
};

/** APPLICATION_OAUTH_CLIENT_NEW_SECRET: there is a new one. The document holds it; it is not read. */
export const readSecretRenewed: ReadType = ({ body }) => {
  const parsed = Renewed.safeParse(body);
  if (!parsed.success) return unreadable("no_client_secret");
  const { clientid, oldclientsecretexpirytime } = parsed.data.applicationoauthclientnewsecret;
  const endsAt = instantOf(oldclientsecretexpirytime);
  return { fact: { kind: "client_secret", what: "renewed", clientId: clientid, endsAt } };
};
