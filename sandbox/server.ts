/**
 * The sandbox's front door: one port, many vendors. A request goes to the part
 * that owns the host it was meant for (`x-sandbox-host`, else `Host`); control
 * calls go to the part they name. `world.ts` composes the parts.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { SandboxClock } from "./clock.ts";
import { serve } from "./http/bridge.ts";
import { handleControl, parseControlPath, wholeArgument } from "./http/control.ts";
import type { ControlVerbs } from "./http/control.ts";
import { jsonResponse } from "./http/json.ts";
import type { SandboxPart } from "./http/part.ts";

export interface SandboxOptions {
  /** 0 takes a free port. */
  readonly port: number;
  /** What the parts were seeded with; shown by `/control/sandbox/info`. */
  readonly seed: number;
  readonly clock: SandboxClock;
  readonly parts: readonly SandboxPart[];
}

export interface RunningSandbox {
  readonly port: number;
  /** `http://127.0.0.1:<port>`: what `SANDBOX_ORIGIN` is set to. */
  readonly origin: string;
  close(): Promise<void>;
}

export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const own = ownVerbs(options);
  const server = createServer((incoming, outgoing) => {
    void serve(incoming, outgoing, (request) => route(request, options.parts, own));
  });
  // Longer than any client keeps an idle socket, so that the client always closes first.
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });
  // A listening TCP server always has an AddressInfo (node:net, server.address).
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    close: async () => {
      for (const part of options.parts) await part.close?.();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function route(
  request: Request,
  parts: readonly SandboxPart[],
  own: ControlVerbs,
): Promise<Response> {
  const { hostname, pathname } = new URL(request.url);
  const control = parseControlPath(pathname);
  if (control?.part === "sandbox") return handleControl(request, own);
  const part =
    control === undefined
      ? parts.find((candidate) => candidate.owns(hostname, pathname))
      : parts.find((candidate) => candidate.name === control.part);
  if (part !== undefined) return part.handle(request);
  const names = parts.map((candidate) => candidate.name).join(", ");
  const wanted = control === undefined ? `${hostname}${pathname}` : `part "${control.part}"`;
  return jsonResponse(
    { error: `sandbox: nothing here stands in for ${wanted}`, parts: names },
    { status: 502 },
  );
}

function ownVerbs({ seed, clock, parts }: SandboxOptions): ControlVerbs {
  return {
    info: () => ({ seed, now: clock.now().toISOString(), parts: parts.map((part) => part.name) }),
    advance: async (args) => {
      await clock.advance(wholeArgument(args, "ms"));
      return { now: clock.now().toISOString() };
    },
    speed: (args) => {
      clock.setSpeed(wholeArgument(args, "speed"));
      return { now: clock.now().toISOString() };
    },
  };
}
