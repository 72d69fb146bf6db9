/**
 * The seam every stand-in plugs into.
 *
 * A part owns some of the vendors' host names and answers fetch-style requests
 * whose URL still carries the host the caller asked for. The server in
 * `../server.ts` does the socket work and also sends a part its own control
 * calls: `/control/<part name>/<verb>` reaches `handle` with that pathname
 * (answer them with `handleControl` from `./control.ts`).
 */
export interface SandboxPart {
  /** Lower-case word; also the `<part>` of `/control/<part>/<verb>`. */
  readonly name: string;
  /** Whether this part answers for a host (lower case, no port) and pathname. */
  owns(host: string, pathname: string): boolean;
  /** Answers one request; `request.url` is `https://<original host>/…`. */
  handle(request: Request): Promise<Response>;
  /** Releases timers and held calls when the sandbox stops. */
  close?(): void | Promise<void>;
}

/**
 * Thrown by a handler to destroy the socket without an answer, the way a lost
 * network does: the caller cannot know whether its call took effect.
 */
export class DropConnection extends Error {
  constructor(reason = "connection dropped by the sandbox") {
    super(reason);
    this.name = "DropConnection";
  }
}
