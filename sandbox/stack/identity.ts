import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Who the app is to the stand-ins of Shopify and Amazon, and the keys it seals with. Not real credentials. */
export interface Identity {
  readonly shopify: { readonly apiKey: string; readonly apiSecret: string };
  readonly amazon: {
    readonly applicationId: string;
    readonly clientId: string;
    readonly clientSecret: string;
  };
  /** CALIBR_KEYS of the demo. */
  readonly sealKeys: string;
}

/** Reads the identity of this checkout's demo, or makes one; it stays under the data folder, readable by its owner. */
export function demoIdentity(dataDir: string): Identity {
  const file = path.join(dataDir, "identity.json");
  if (existsSync(file)) {
    return readIdentity(readFileSync(file, "utf8"));
  }
  const identity: Identity = {
    shopify: {
      apiKey: randomBytes(16).toString("hex"),
      apiSecret: randomBytes(24).toString("hex"),
    },
    amazon: {
      applicationId: "amzn1.sp.solution.calibr-sandbox",
      clientId: "amzn1.application-oa2-client.calibr-sandbox",
      clientSecret: randomBytes(24).toString("hex"),
    },
    sealKeys: `k1:${randomBytes(32).toString("base64")}`,
  };
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(file, JSON.stringify(identity, null, 2), { mode: 0o600 });
  return identity;
}

/** Written by {@link demoIdentity} alone; a file that was edited into another shape fails where it is used. */
function readIdentity(text: string): Identity {
  return JSON.parse(text) as Identity;
}
