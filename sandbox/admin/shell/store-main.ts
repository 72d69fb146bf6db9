/** The script of the Admin's own pages; served by ../part.ts. */
import { installDrawer } from "./drawer.ts";

installDrawer();
