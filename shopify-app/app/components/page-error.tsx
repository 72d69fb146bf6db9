import { RouteError } from "./route-error.tsx";

/** The error boundary of every embedded page: the navigation around it stays. */
export function ErrorBoundary() {
  return <RouteError />;
}
