import { isDatabaseUp } from "../services.server.ts";

/** For load balancers: 200 while this process can reach its database. */
export async function loader(): Promise<Response> {
  const isUp = await isDatabaseUp();
  return Response.json(
    { status: isUp ? "ok" : "database_unreachable" },
    {
      status: isUp ? 200 : 503,
      headers: { "Cache-Control": "no-store" },
    },
  );
}
