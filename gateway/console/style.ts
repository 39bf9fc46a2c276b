/** The page's only style; its hash stands in the Content-Security-Policy, so nothing else can be styled or run. */
import { createHash } from 'node:crypto';

export const STYLE = `
:root { color-scheme: light dark; --ink: #16302b; --soft: #52675f; --paper: #fbfaf6; --card: #fff; --line: #dcd8cb; --leaf: #0d6b57; --alarm: #b3361b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e9f0ec; --soft: #a3b5ad; --paper: #101a17; --card: #17241f; --line: #2c3d36; --leaf: #63cdb1; --alarm: #ff8f73; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 17px/1.55 system-ui, "Segoe UI", sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
header { display: flex; justify-content: space-between; gap: 1rem; align-items: baseline; }
h1 { margin: 0; font-size: 1.9rem; letter-spacing: -.02em; }
h2 { font-size: 1.15rem; margin: 0 0 .6rem; }
p { margin: .4rem 0; max-width: 44rem; }
a { color: var(--leaf); text-underline-offset: .18em; }
a:focus-visible { outline: 3px solid var(--leaf); outline-offset: 3px; border-radius: 2px; }
.lead { font-size: 1.1rem; color: var(--soft); }
.state { display: inline-flex; align-items: center; gap: .6rem; margin: 1rem 0; padding: .45rem .9rem; border: 1px solid var(--line); border-radius: 99px; background: var(--card); }
.dot { width: .7rem; height: .7rem; border-radius: 50%; background: var(--leaf); }
.away .dot { background: var(--alarm); }
section { margin-top: 1.4rem; padding: 1.2rem 1.3rem; background: var(--card); border: 1px solid var(--line); border-radius: .8rem; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .4rem .6rem .4rem 0; text-align: left; vertical-align: top; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--soft); font-weight: 600; font-size: .9rem; }
code { font: .92em/1.5 ui-monospace, "Cascadia Mono", Menlo, monospace; overflow-wrap: anywhere; }
pre { margin: .4rem 0 .9rem; padding: .7rem .9rem; overflow-x: auto; border-radius: .5rem; background: var(--paper); border: 1px solid var(--line); }
ul { margin: 0; padding: 0; list-style: none; }
li { padding: .25rem 0; }
.soft { color: var(--soft); }
`;

const hash = createHash('sha256').update(STYLE).digest('base64');
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
