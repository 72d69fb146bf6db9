import { appHealth } from "../http/app-health.server.ts";

/** For load balancers and people: 200 while this process can reach its database; what a person must do stands beside it. */
export async function loader(): Promise<Response> {
  const health = await appHealth();
  return Response.json(health, {
    status: health.status === "ok" ? 200 : 503,
    headers: { "Cache-Control": "no-store" },
  });
}
