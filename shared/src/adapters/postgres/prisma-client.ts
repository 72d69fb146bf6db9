import { PrismaPg } from "@prisma/adapter-pg";
import type { ShopId } from "../../core/ids.ts";
import { type Prisma, PrismaClient } from "./generated/client.ts";

/** Prisma inside one transaction whose shop is set. */
export type ShopPrisma = Prisma.TransactionClient;

export type { PrismaClient };

// Longer than a statement may take: Prisma's own five seconds would end a transaction that waits for a lock.
const TRANSACTION_TIMEOUT_MS = 30_000;
const CONNECTION_WAIT_MS = 10_000;

/**
 * Opens Prisma over its own pool of one role's connections. For settings, sessions and single rows; sets
 * of rows go through the plain pool, which is many times faster at them.
 */
export function createPrismaClient(options: {
  url: string;
  connectionsMax: number;
  onIdleError: (cause: Error) => void;
}): PrismaClient {
  const adapter = new PrismaPg(
    {
      connectionString: options.url,
      max: options.connectionsMax,
      statement_timeout: TRANSACTION_TIMEOUT_MS,
      application_name: "calibr-prisma",
    },
    { onPoolError: options.onIdleError, onConnectionError: options.onIdleError },
  );
  return new PrismaClient({
    adapter,
    transactionOptions: { maxWait: CONNECTION_WAIT_MS, timeout: TRANSACTION_TIMEOUT_MS },
  });
}

/** Runs `work` in a transaction that sees only one shop's rows; rolls back when it throws. */
export async function inShopPrisma<T>(
  prisma: PrismaClient,
  shopId: ShopId,
  work: (client: ShopPrisma) => Promise<T>,
): Promise<T> {
  return prisma.$transaction(async (client) => {
    await client.$executeRaw`SELECT set_config('app.shop_id', ${String(shopId)}, true)`;
    return work(client);
  });
}
