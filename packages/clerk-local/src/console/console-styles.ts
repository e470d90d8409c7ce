/** The console's styles, light and dark. */
export const consoleStyles = `
:root { color-scheme: light dark; --line: light-dark(#d9dce1, #33373f); --soft: light-dark(#5b6270, #a3abb8);
  --panel: light-dark(#fff, #16181d); --inset: light-dark(#f1f2f5, #1f2229); --accent: light-dark(#4f46e5, #a5b4fc); --bad: light-dark(#b42318, #fda29b); }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; background: light-dark(#f6f7f9, #0e0f12); color: light-dark(#16181d, #eceef2); }
header { display: flex; flex-wrap: wrap; gap: .5rem 2rem; align-items: center; padding: .75rem max(1.25rem, (100% - 75.5rem) / 2); border-bottom: 1px solid var(--line); background: var(--panel); }
h1 { font-size: 1rem; margin: 0; } h1 span { color: var(--soft); font-weight: 400; margin-left: .5rem; }
h2 { font-size: 1.15rem; margin: 0 0 .75rem; }
nav { display: flex; flex-wrap: wrap; gap: .25rem; }
nav a { padding: .3rem .7rem; border-radius: .5rem; color: inherit; text-decoration: none; }
nav a:hover { background: var(--inset); } nav a[aria-current] { background: var(--accent); color: light-dark(#fff, #16181d); }
main { padding: 1.25rem; max-width: 78rem; margin: 0 auto; outline: none; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .6rem; background: var(--panel); }
table { width: 100%; border-collapse: collapse; } th, td { text-align: left; padding: .6rem .9rem; vertical-align: baseline; white-space: nowrap; }
th { color: var(--soft); font-weight: 500; font-size: .85rem; } tbody tr { border-top: 1px solid var(--line); }
td code, pre { font: 13px/1.5 ui-monospace, monospace; } pre { margin: .5rem 0; max-height: 20rem; max-width: 60rem; overflow: auto; white-space: pre-wrap; }
form { display: flex; flex-wrap: wrap; gap: .5rem; margin-bottom: 1rem; align-items: end; }
label { display: grid; gap: .2rem; font-size: .85rem; color: var(--soft); }
input, select { font: inherit; min-height: 2.35rem; padding: .35rem .6rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--panel); color: inherit; }
button { font: inherit; padding: .3rem .7rem; margin: 0 .25rem .25rem 0; border: 1px solid var(--line); border-radius: .5rem; background: var(--panel); color: inherit; cursor: pointer; }
button:hover { background: var(--inset); border-color: var(--soft); } button.danger { color: var(--bad); } :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.empty { padding: 1.5rem; color: var(--soft); margin: 0; } #status { position: fixed; bottom: 0; right: 1rem; margin: 1rem 0; color: var(--soft); }
.bad { color: var(--bad); } .soft { color: var(--soft); }
.card { border: 1px solid var(--line); border-radius: .6rem; background: var(--panel); padding: .9rem 1rem; margin-bottom: .75rem; }
.card h3 { margin: 0; font-size: 1rem; } .card p { margin: .25rem 0 .5rem; } .staged { border-color: var(--accent); }
.fields { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: end; margin-bottom: .5rem; }
.row dl, .row-before dl { display: grid; gap: 0 .75rem; margin: 0; font-size: .85rem; } .row dl div, .row-before dl div { display: flex; gap: .5rem; }
tbody tr.below { border-top: 0; } .below td { padding-top: 0; white-space: normal; } .below .row { padding: .45rem .75rem; border-radius: .5rem; background: var(--inset); } .below dl { display: flex; flex-wrap: wrap; gap: .1rem 1.5rem; }
.row dt, .row-before dt { color: var(--soft); } .row dd, .row-before dd { margin: 0; font-family: ui-monospace, monospace; overflow-wrap: anywhere; white-space: normal; }
td .id { display: block; color: var(--soft); } form button, .fields button { margin: 0; min-height: 2.35rem; }
main > button { margin-bottom: .75rem; } .card > .scroll, .card > button, .card > .fields, .card > details { margin-top: .6rem; } .card > button { margin-bottom: 0; }
@media (max-width: 56rem) { thead { display: none; } tbody tr, td { display: block; } tbody tr { padding: .5rem 0; }
  td { padding: .25rem .9rem; white-space: normal; overflow-wrap: anywhere; }
  td[data-label]::before { content: attr(data-label); display: inline-block; width: 7.5rem; color: var(--soft); font-size: .85rem; }
  td[data-label='Actions']::before { display: none; } td details, td .id { display: inline-block; max-width: 100%; vertical-align: top; } }
@media (max-width: 30rem) { main { padding: .75rem; } input, select, form, label { width: 100%; } }
`;
