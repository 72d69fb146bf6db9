import { AppError } from "@calibr/shared/core/app-error";
import type { AccountSecrets } from "@calibr/shared/ports/account-secrets";
import type { SealBox } from "@calibr/shared/ports/seal-box";
import type { InShop } from "@calibr/shared/ports/shop-transaction";
import { amazonTokenPurpose } from "@calibr/shared/services/connections/seal-purposes";

/** Reads an account's sealed refresh token when it is needed and opens it; it is kept nowhere else. */
export function createAccountSecrets(deps: { inShop: InShop; sealBox: SealBox }): AccountSecrets {
  return {
    async refreshToken(account) {
      const connection = await deps.inShop(account.shopId, (tx) =>
        tx.connections.read(account.connectionId),
      );
      if (connection?.tokenSealed == null) {
        throw new AppError({
          code: "amazon_authorization_revoked",
          retry: "never",
          message: "The connection has no refresh token; the seller must connect Amazon again.",
          context: { connectionId: account.connectionId },
        });
      }
      return deps.sealBox.open(connection.tokenSealed, amazonTokenPurpose(account.shopId));
    },
  };
}
