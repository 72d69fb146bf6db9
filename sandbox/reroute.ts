/**
 * `node --import ./sandbox/reroute.ts <program>`: the program's calls to vendors
 * reach the sandbox at `SANDBOX_ORIGIN`; calls to any other outside host fail
 * with a message that says so. The program itself does not change.
 *
 * - fetch: undici's global dispatcher. undici 7 sets the slot of Node's built-in
 *   fetch and of older undici copies (Remix brings undici 6) alike. The host asked
 *   for travels in `x-sandbox-host`.
 * - node:http and node:https: `createConnection` of their agents, so that agents
 *   which libraries make for themselves are covered too. The host asked for
 *   travels in `Host`; the connection to the sandbox is plain.
 *
 * It must be loaded first: some libraries keep `fetch` in a variable on import.
 */
import http from "node:http";
import https from "node:https";
import net from "node:net";
import { Agent, setGlobalDispatcher } from "undici";
import type { Dispatcher } from "undici";
import { isLoopbackHost, isVendorHost } from "./http/vendor-hosts.ts";

const sandbox = new URL(requiredOrigin());

setGlobalDispatcher(new Agent().compose(rerouteDispatch));
https.globalAgent = new https.Agent({ keepAlive: true });
replaceConnect(https.Agent.prototype, () =>
  net.connect({ host: sandbox.hostname, port: Number(sandbox.port) }),
);
replaceConnect(http.Agent.prototype, () => undefined);

function rerouteDispatch(dispatch: Dispatcher["dispatch"]): Dispatcher["dispatch"] {
  return (options, handler) => {
    const { hostname, host } = new URL(String(options.origin));
    if (isLoopbackHost(hostname)) return dispatch(options, handler);
    if (!isVendorHost(hostname)) throw refusal(hostname);
    return dispatch(
      {
        ...options,
        origin: sandbox.origin,
        headers: withHeader(options.headers, "x-sandbox-host", host),
      },
      handler,
    );
  };
}

type DispatchHeaders = Dispatcher.DispatchOptions["headers"];

/** undici takes headers as a flat list, an object or pairs; each keeps its form. */
function withHeader(headers: DispatchHeaders, name: string, value: string): DispatchHeaders {
  if (headers === undefined || headers === null) return { [name]: value };
  if (Array.isArray(headers)) return [...headers, name, value];
  if (Symbol.iterator in headers) return Object.fromEntries([...headers, [name, value]]);
  return { ...headers, [name]: value };
}

interface ConnectOptions {
  readonly host?: string;
  readonly hostname?: string;
}
type Connect = (this: unknown, options: ConnectOptions, ...rest: unknown[]) => unknown;

/** Sends an agent's vendor connections to `toSandbox`; `undefined` from it means refuse. */
function replaceConnect(prototype: object, toSandbox: () => net.Socket | undefined): void {
  const agent = prototype as { createConnection: Connect };
  const connect = agent.createConnection;
  agent.createConnection = function (options, ...rest) {
    const host = options.hostname ?? options.host ?? "localhost";
    if (isLoopbackHost(host)) return connect.call(this, options, ...rest);
    const socket = isVendorHost(host) ? toSandbox() : undefined;
    if (socket === undefined) throw refusal(host);
    return socket;
  };
}

function refusal(host: string): Error {
  return new Error(
    `sandbox: refused to call ${host}: it is no vendor this sandbox stands in for, ` +
      "and nothing else outside this machine may be called",
  );
}

function requiredOrigin(): string {
  const origin = process.env["SANDBOX_ORIGIN"];
  if (origin === undefined || !URL.canParse(origin)) {
    throw new Error(`reroute: SANDBOX_ORIGIN is ${origin ?? "not set"}, expected http://host:port`);
  }
  return origin;
}
