/** Sends this process's `fetch` and SQS calls for vendors to the sandbox, as the preload does for a process of its own. */
export function rerouteToSandbox(origin: string): () => void {
  const usual = globalThis.fetch;
  const environment = {
    AWS_ACCESS_KEY_ID: "sandbox",
    AWS_SECRET_ACCESS_KEY: "sandbox",
    AWS_REGION: "us-east-1",
    AWS_ENDPOINT_URL_SQS: `${origin}/sqs`,
  };
  const before = Object.keys(environment).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, environment);
  globalThis.fetch = (input, init = {}) => {
    const target = new URL(input instanceof Request ? input.url : input);
    if (target.hostname === "127.0.0.1") return usual(input, init);
    const headers = new Headers(init.headers);
    headers.set("x-sandbox-host", target.hostname);
    return usual(`${origin}${target.pathname}${target.search}`, { ...init, headers });
  };
  return () => {
    globalThis.fetch = usual;
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
