import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { setTimeout as timeout } from "node:timers/promises";
import pg from "pg";

/** What this process is waiting for outside: HTTP answers and database results. */
export interface Activity {
  /** Resolves once nothing is under way any more, so that a driven clock may move on. */
  settled(): Promise<void>;
  stop(): void;
}

// Two looks a millisecond apart that see nothing begin or end: whatever an answer set off has begun by then.
const CALM_LOOKS = 3;
// A call that stays open this long with nothing else happening is held on purpose, by whom nobody has said. On a busy
// machine a statement over ten thousand rows takes half a second, and time must not pass meanwhile.
const HELD_MS = 2_000;

/** Watches every HTTP client call and every query of this process. */
export function watchActivity(): Activity {
  let underWay = 0;
  let events = 0;
  const begin = (): (() => void) => {
    underWay += 1;
    events += 1;
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      underWay -= 1;
      events += 1;
    };
  };
  let heldBack = 0;
  const stops = [
    watchNodeHttp(begin, () => (events += 1)),
    watchFetch(begin),
    watchQueries(begin),
    watchHeldBack((change) => {
      heldBack += change;
      events += 1;
    }),
  ];

  return {
    async settled() {
      let calm = 0;
      let quietSince = performance.now();
      while (calm < CALM_LOOKS) {
        const seen = events;
        await timeout(1);
        if (events !== seen) quietSince = performance.now();
        calm = events === seen && underWay <= heldBack ? calm + 1 : 0;
        if (performance.now() - quietSince > HELD_MS) return;
      }
    },
    stop() {
      for (const each of stops) each();
    },
  };
}

type Begin = () => () => void;

interface ClientRequestLike {
  readonly path: string;
  once(event: "close", listener: () => void): unknown;
}

/** A long poll of the queue waits for time to pass: it is no work under way, but its end is an event. */
function watchNodeHttp(begin: Begin, onEvent: () => void): () => void {
  const name = "http.client.request.start";
  const onStart = (message: unknown): void => {
    const { request } = message as { request: ClientRequestLike };
    request.once("close", request.path.startsWith("/sqs") ? onEvent : begin());
  };
  subscribe(name, onStart);
  return () => void unsubscribe(name, onStart);
}

function watchFetch(begin: Begin): () => void {
  const open = new WeakMap<object, () => void>();
  const requestOf = (message: unknown): object => (message as { request: object }).request;
  const onStart = (message: unknown): void => void open.set(requestOf(message), begin());
  const onEnd = (message: unknown): void => open.get(requestOf(message))?.();
  const ends = ["undici:request:trailers", "undici:request:error"];
  subscribe("undici:request:create", onStart);
  for (const name of ends) subscribe(name, onEnd);
  return () => {
    unsubscribe("undici:request:create", onStart);
    for (const name of ends) unsubscribe(name, onEnd);
  };
}

/** A slow answer waits for the driven clock itself. */
function watchHeldBack(onChange: (change: number) => void): () => void {
  const name = "calibr.sandbox.answer-held-back";
  const onMessage = (message: unknown): void => onChange((message as { change: number }).change);
  subscribe(name, onMessage);
  return () => void unsubscribe(name, onMessage);
}

type AnyCall = (this: unknown, ...values: unknown[]) => unknown;

/** Counts queries and waits for a connection, whether they answer by promise or by callback. */
function watchQueries(begin: Begin): () => void {
  const watched = (call: AnyCall): AnyCall =>
    function (...values) {
      const end = begin();
      const last = values.at(-1);
      if (typeof last === "function") {
        const callback = last as AnyCall;
        values[values.length - 1] = function (this: unknown, ...answer: unknown[]) {
          end();
          return callback.apply(this, answer);
        };
        return call.apply(this, values);
      }
      const result = call.apply(this, values);
      if (result instanceof Promise) result.then(end, end);
      else end();
      return result;
    };
  const client = pg.Client.prototype as unknown as { query: AnyCall };
  const pool = pg.Pool.prototype as unknown as { connect: AnyCall };
  const [query, connect] = [client.query, pool.connect];
  client.query = watched(query);
  pool.connect = watched(connect);
  return () => {
    client.query = query;
    pool.connect = connect;
  };
}
