import { Agent, request as httpRequest } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { selfSigned } from "./self-signed.ts";

export interface VendorTls {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * The vendors' HTTPS addresses for a browser under test: whatever host the browser asks for goes to
 * the sandbox's front port, which learns the host from `x-sandbox-host`.
 *
 * Requests are not intercepted in the browser because Playwright cannot intercept redirects: the
 * app's way to the consent page and back is made of them.
 */
export async function startVendorTls(sandboxOrigin: string): Promise<VendorTls> {
  const { keyPem, certificatePem } = selfSigned(["admin.shopify.com"], new Date());
  // A socket of its own for each: one that was kept could be closed by the sandbox just when it is used again.
  const agent = new Agent({ keepAlive: false });
  const server = createServer({ key: keyPem, cert: certificatePem }, (incoming, outgoing) => {
    const host = (incoming.headers.host ?? "").replace(/:\d+$/, "");
    const upstream = httpRequest(
      new URL(sandboxOrigin + (incoming.url ?? "/")),
      { agent, method: incoming.method, headers: { ...incoming.headers, "x-sandbox-host": host } },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    upstream.on("error", () => outgoing.destroy());
    incoming.pipe(upstream);
  });
  // Longer than a person looks at a page: a browser gives up on sockets that are closed under its requests.
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    // A listening TCP server always has an AddressInfo (node:net, server.address).
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
