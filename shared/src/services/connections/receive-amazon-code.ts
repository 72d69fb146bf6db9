import type { Clock } from "../../ports/clock.ts";
import type { SealBox } from "../../ports/seal-box.ts";
import type { ShopDirectory } from "../../ports/shop-directory.ts";
import type { InShop } from "../../ports/shop-transaction.ts";
import { amazonCodePurpose } from "./seal-purposes.ts";

/** What receiving a code needs from outside. */
export interface ReceiveCodeDeps {
  readonly inShop: InShop;
  readonly clock: Clock;
  readonly sealBox: SealBox;
  readonly directory: Pick<ShopDirectory, "shopOfLinkState">;
  readonly sha256Bytes: (bytes: Uint8Array) => Uint8Array;
}

/** Whether the code was taken in. `unknown_state` also covers a used or expired attempt. */
export type CodeReceipt =
  | { readonly kind: "received" }
  | { readonly kind: "refused"; readonly code: "incomplete_answer" | "unknown_state" };

/**
 * Takes in what Amazon's consent page sends back: checks the state, seals the code and wakes the worker,
 * which alone can exchange it. The state is the only proof of the shop, and it works once.
 */
export async function receiveAmazonCode(
  deps: ReceiveCodeDeps,
  answer: { state: string | null; code: string | null; sellerId: string | null },
): Promise<CodeReceipt> {
  const { state, code, sellerId } = answer;
  if (!state || !code || sellerId === null || !/^[A-Z0-9]{8,20}$/.test(sellerId)) {
    return { kind: "refused", code: "incomplete_answer" };
  }
  const stateHash = deps.sha256Bytes(new TextEncoder().encode(state));
  const shopId = await deps.directory.shopOfLinkState(stateHash);
  if (shopId === null) return { kind: "refused", code: "unknown_state" };
  return deps.inShop(shopId, async (tx) => {
    const isTaken = await tx.connections.receiveCode({
      stateHash,
      codeSealed: deps.sealBox.seal(code, amazonCodePurpose(shopId)),
      sellerId,
      at: deps.clock.now(),
    });
    if (!isTaken) return { kind: "refused", code: "unknown_state" };
    await tx.wake("link");
    return { kind: "received" };
  });
}
