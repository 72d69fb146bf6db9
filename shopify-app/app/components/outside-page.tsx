import type { ReactNode } from "react";

/** A page outside Shopify Admin: one thing to know, and at most one thing to do. */
export function OutsidePage(props: {
  title: string;
  text: string;
  tone?: "plain" | "success" | "problem";
  link?: { url: string; label: string };
  children?: ReactNode;
}) {
  const tone = props.tone ?? "plain";
  return (
    <main className="outside">
      <section className="outside-card" data-tone={tone}>
        <span className="outside-mark" aria-hidden="true">
          {MARKS[tone]}
        </span>
        <h1>{props.title}</h1>
        <p>{props.text}</p>
        {props.link && (
          <a className="outside-link" href={props.link.url}>
            {props.link.label}
          </a>
        )}
        {props.children}
        <p className="outside-foot">Calibr</p>
      </section>
    </main>
  );
}

const MARKS = {
  plain: <Mark path="M7 20.5 13 14l4 4 7-8" />,
  success: <Mark path="m8 16.5 5.5 5.5L24 11" />,
  problem: <Mark path="M16 9v9m0 4.5v.5" />,
} as const;

function Mark({ path }: { path: string }) {
  return (
    <svg viewBox="0 0 32 32" width="32" height="32" fill="none">
      <path
        d={path}
        stroke="currentColor"
        strokeWidth="2.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
