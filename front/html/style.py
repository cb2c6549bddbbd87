"""The style sheet of pages: system fonts, light and dark, phones and paper."""

from __future__ import annotations

from typing import Final

__all__ = ["STYLE"]

STYLE: Final = """
:root {
  color-scheme: light dark;
  --page: #ffffff; --ink: #1b1d21; --soft: #595f69; --line: #d4d8de; --shade: #f3f5f8;
  --link: #1a56b4; --good: #1c6b3f; --bad: #b3180b; --note: #7a5200;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #1a1c20; --ink: #e8eaed; --soft: #a9b0bb; --line: #3d424a; --shade: #25282e;
    --link: #8ab4f8; --good: #7fd19f; --bad: #ff9a8d; --note: #f0c468;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 1rem; max-width: 64rem; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
h1, h2, p, li, dd, dt, summary, figcaption { overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0.5rem 0; }
h2 {
  font-size: 1.2rem; line-height: 1.3; margin: 2rem 0 0.75rem; padding-top: 0.75rem;
  border-top: 1px solid var(--line);
}
header > p { margin: 0; color: var(--soft); }
nav ul {
  list-style: none; display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; margin: 0.75rem 0;
  padding: 0;
}
a { color: var(--link); }
nav a { display: inline-block; padding: 0.25rem 0; }
.good, .bad, .note { border-left: 0.25rem solid; padding: 0.25rem 0 0.25rem 0.75rem; }
ul.note, ul.good, ul.bad { padding-left: 2rem; }
.good { color: var(--good); } .bad { color: var(--bad); } .note { color: var(--note); }
dl { margin: 0 0 1rem; display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; }
dl > div { display: grid; grid-template-columns: subgrid; grid-column: 1 / -1; column-gap: 1.5rem;
  padding: 0.3rem 0; border-bottom: 1px solid var(--line); }
dt { color: var(--soft); } dd { margin: 0; }
pre {
  background: var(--shade); padding: 0.75rem; border-radius: 0.4rem; white-space: pre-wrap;
  overflow-wrap: anywhere; font: 0.9rem/1.5 ui-monospace, Menlo, Consolas, monospace;
}
.scroll {
  overflow-x: auto; max-width: 100%; margin: 0 0 1rem;
  background:
    linear-gradient(to right, var(--page) 40%, transparent) 0 0 / 2.5rem 100% local,
    linear-gradient(to left, var(--page) 40%, transparent) 100% 0 / 2.5rem 100% local,
    linear-gradient(to right, var(--line), transparent) 0 0 / 0.9rem 100%,
    linear-gradient(to left, var(--line), transparent) 100% 0 / 0.9rem 100%;
  background-repeat: no-repeat;
}
.scroll:focus-visible, a:focus-visible, summary:focus-visible { outline: 2px solid var(--link); }
table { border-collapse: collapse; font-size: 0.95rem; font-variant-numeric: tabular-nums; }
caption { caption-side: top; text-align: left; padding: 0.25rem 0; color: var(--soft); }
caption span { display: block; position: sticky; left: 0; max-width: calc(100vw - 2rem); }
th, td {
  padding: 0.3rem 0.75rem; border-bottom: 1px solid var(--line); text-align: left;
  vertical-align: top;
}
thead th { white-space: nowrap; background: var(--shade); }
tbody th { font-weight: normal; }
th.short, td.short { white-space: nowrap; }
th.long, td.long { min-width: 12rem; }
th.number, td.number { text-align: right; white-space: nowrap; }
tr.strong > * { font-weight: bold; background: var(--shade); }
td, tbody th { max-width: 28rem; }
details { margin: 0 0 1rem; } summary { cursor: pointer; padding: 0.25rem 0; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr));
  gap: 1rem 2rem; align-items: start; }
figure { margin: 0 0 1rem; min-width: 0; }
figure.chart > svg { display: block; width: 100%; max-width: 30rem; height: auto; }
figure.wide svg { display: block; }
figcaption { color: var(--soft); font-size: 0.95rem; padding-top: 0.4rem; }
footer { margin-top: 2rem; padding-top: 0.75rem; border-top: 1px solid var(--line);
  color: var(--soft); font-size: 0.9rem; }
@media (max-width: 36rem) {
  dl, dl > div { display: block; }
  dt { font-size: 0.9rem; }
}
@media print {
  :root { --page: #fff; --ink: #000; --soft: #444; --line: #bbb; --shade: #f3f3f3; --link: #000;
    --good: #1c6b3f; --bad: #b3180b; --note: #7a5200; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav { display: none; }
  .scroll { overflow: visible; background: none; }
  table { font-size: 8pt; }
  th.long, td.long { min-width: 0; }
  th, td, thead th, th.short, td.short, th.number, td.number {
    white-space: normal; padding: 0.15rem 0.4rem;
  }
  figure.wide svg { max-width: 100%; height: auto; }
  figure, tr, pre { break-inside: avoid; }
  h2 { break-after: avoid; }
}
"""
