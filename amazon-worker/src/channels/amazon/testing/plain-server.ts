import { createServer, type RequestListener } from "node:http";
import https from "node:https";
import net, { type AddressInfo } from "node:net";

/** A request as it arrived. */
export interface SeenRequest {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly host: string | undefined;
  readonly token: string | string[] | undefined;
  body: string;
}

export interface PlainServer {
  readonly origin: string;
  readonly seen: SeenRequest[];
  stop(): Promise<void>;
}

/** A plain server in Amazon's place: every socket of Node's https client ends here until it stops. */
export async function startPlainServer(listener: RequestListener): Promise<PlainServer> {
  const usualAgent = https.globalAgent;
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const { method, url, headers } = request;
    const token = headers["x-amz-access-token"];
    const entry: SeenRequest = { method, url, host: headers.host, token, body: "" };
    seen.push(entry);
    request.on("data", (chunk: Buffer) => (entry.body += chunk.toString()));
    request.on("end", () => listener(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A listening TCP server always has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  https.globalAgent = new (class extends https.Agent {
    override createConnection() {
      return net.connect({ host: "127.0.0.1", port });
    }
  })({ keepAlive: true });
  return {
    origin: `http://127.0.0.1:${String(port)}`,
    seen,
    async stop() {
      https.globalAgent.destroy();
      https.globalAgent = usualAgent;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
