import { Link } from "@remix-run/react";
import { NavMenu } from "@shopify/app-bridge-react";
import { paths } from "../http/paths.ts";

/** The app's own entries in the Admin's navigation; `home` is the app's name there and not repeated. */
export function AppNav() {
  return (
    <NavMenu>
      <Link to={paths.overview()} rel="home">
        Overview
      </Link>
      <Link to={paths.approvals()}>Approvals</Link>
      <Link to={paths.products()}>Products</Link>
      <Link to={paths.connections()}>Connections</Link>
      <Link to={paths.activity()}>Activity</Link>
    </NavMenu>
  );
}
