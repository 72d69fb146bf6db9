import { createServer } from "node:net";

/** A port of this machine that is free now: the preferred one, or else any. */
export async function freePort(preferred: number): Promise<number> {
  return (
    (await tryListen(preferred)) ??
    (await tryListen(0)) ??
    Promise.reject(new Error("no free port on this machine"))
  );
}

async function tryListen(port: number): Promise<number | null> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(null));
    // Every address family: a server on the other one would still be in the way of a browser's localhost.
    server.listen(port, () => {
      const address = server.address();
      server.close(() =>
        resolve(typeof address === "object" && address !== null ? address.port : null),
      );
    });
  });
}
