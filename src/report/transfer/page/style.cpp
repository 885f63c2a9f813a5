#include "report/transfer/page/frame.h"

namespace aufbau::report {

const char* const kStyleSheet = R"css(
:root {
  color-scheme: light dark;
  --paper: #fdfcf8; --ink: #1b1b18; --soft: #5c5a52; --rule: #d9d6cc; --grid: #e6e3da;
  --accent: #1f4e8c; --bar: #7191b8; --heat: #12335f; --card: #ffffff; --good: #1d6b3a; --bad: #94351b;
  --serif: Charter, "Bitstream Charter", "Sitka Text", Cambria, "Noto Serif", Georgia, serif;
  --sans: system-ui, -apple-system, "Segoe UI", "Noto Sans", "Helvetica Neue", Arial, sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #161614; --ink: #e9e6dc; --soft: #a9a598; --rule: #3b3a34; --grid: #2c2b27;
    --accent: #9cc0f0; --bar: #4f6d93; --heat: #b9d6ff; --card: #f4f2ec; --good: #86cf9f; --bad: #f0a184;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-behavior: smooth; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.55 var(--serif); }
main { max-width: 58rem; margin: 0 auto; padding: 3.5rem 1.5rem 5rem; }
h1, h2, h3, h4 { font-weight: 600; line-height: 1.2; margin: 0; overflow-wrap: anywhere; text-wrap: balance; }
h1 { font-size: 2.1rem; letter-spacing: -.01em; }
h2 { font-size: 1.55rem; margin: 4rem 0 .4rem; padding-top: 1.1rem; border-top: 1px solid var(--rule); }
#answer h2 { margin-top: 2.4rem; }
h3 { font-size: 1.2rem; margin: 2.6rem 0 .3rem; }
h4 { font-size: 1.02rem; margin: 2rem 0 .2rem; }
p, ul, dl, ol { max-width: 41rem; margin: .6rem 0; overflow-wrap: anywhere; }
ul, ol { padding-left: 1.2rem; }
li { margin: .2rem 0; }
a { color: var(--accent); text-underline-offset: .15em; text-decoration-thickness: 1px; }
small, .soft { color: var(--soft); font-size: .9rem; }
.lead { color: var(--soft); font-size: 1.1rem; margin-top: .5rem; }
code { font: .86em/1.4 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -100rem; padding: .5rem .9rem; background: var(--ink); color: var(--paper); }
.skip:focus { left: 1rem; top: 1rem; z-index: 2; }

.verdict { margin: 1.6rem 0 0; }
.verdict h3 { margin: 0 0 .35rem; }
.verdict .word { font: 600 .95rem/1.3 var(--sans); letter-spacing: .01em; margin: 0 0 .35rem; }
.verdict p.line { margin: .25rem 0; font-size: 1.16rem; line-height: 1.5; }
.promising { color: var(--good); } .unpromising { color: var(--bad); } .uncertain { color: var(--soft); }
.notes { margin-top: .9rem; padding-left: 1rem; border-left: 2px solid var(--rule); color: var(--soft);
  font-size: .95rem; }
.notes p { margin: .2rem 0; } .notes ul { margin: .2rem 0; }

.scroll { overflow-x: auto; max-width: 100%; margin: 1rem 0 .4rem; }
table { border-collapse: collapse; width: max-content; font: .875rem/1.35 var(--sans); font-variant-numeric: tabular-nums lining-nums; }
caption { text-align: left; color: var(--soft); padding: 0 0 .45rem; caption-side: top; }
caption span { position: sticky; left: 0; display: inline-block; max-width: min(41rem, 100vw - 2rem);
  overflow-wrap: anywhere; }
th, td { padding: .3rem .9rem .3rem 0; vertical-align: baseline; text-align: left; font-weight: 400; }
thead th { vertical-align: bottom; color: var(--soft); font-size: .8rem; border-bottom: 1px solid var(--ink);
  line-height: 1.25; }
tbody th { max-width: 17rem; overflow-wrap: anywhere; }
td { max-width: 24rem; }
tbody tr + tr > * { border-top: 1px solid var(--grid); }
.n { text-align: right; white-space: nowrap; }
table a { color: inherit; text-decoration-color: var(--soft); }
td.p, thead th.p { padding-right: 1.1rem; }
td.p { vertical-align: middle; }
tfoot td { padding-top: 0; border-top: 1px solid var(--rule); }
.reason, .unknown { color: var(--soft); }
.reason { font-size: .82rem; }
.wide th[scope=row] { position: sticky; left: 0; background: var(--paper); z-index: 1; min-width: 8.5rem; max-width: 13rem; }
.wide td small { display: block; font-size: .78rem; line-height: 1.25; white-space: normal; min-width: 7rem; max-width: 11rem; }
.wide thead th { overflow-wrap: anywhere; }

svg { display: block; max-width: 100%; }
svg text { font: 11px var(--sans); fill: var(--soft); font-variant-numeric: tabular-nums; }
.strip { width: 180px; height: 22px; max-width: none; }
.strip.small { width: 92px; height: 16px; }
.grid { stroke: var(--grid); } .zero, .axis { stroke: var(--soft); stroke-width: .8; }
.bar { fill: var(--bar); } .dot { fill: var(--accent); } .ring { fill: var(--paper); stroke: var(--soft); stroke-width: 1.3; }
.whisker { stroke: var(--ink); stroke-width: 1.2; } .mark { stroke: var(--bad); stroke-width: 2; }
.chart { width: 100%; max-width: 27rem; margin: 1rem 0 .2rem; }
.curve { fill: none; stroke: var(--accent); stroke-width: 1.9; }
.dash1 { stroke-dasharray: 7 3; stroke: var(--bad); } .dash2 { stroke-dasharray: 2 2.5; stroke: var(--good); }
.dash3 { stroke-dasharray: 9 3 2 3; stroke: var(--ink); } .dash4 { stroke-dasharray: 4 2; stroke: var(--soft); }
.dash5 { stroke-dasharray: 1 4; stroke-width: 2.4; stroke-linecap: round; stroke: var(--ink); }
.curve.other { stroke: var(--rule); stroke-width: 1; }
svg text.name { fill: var(--ink); paint-order: stroke; stroke: var(--paper); stroke-width: 3px; stroke-linejoin: round; }

.maps { display: flex; flex-wrap: wrap; align-items: flex-start; gap: .4rem .55rem; margin: .9rem 0 .3rem; }
.maps .maps { flex-wrap: nowrap; margin: 0; }
.maps figure { margin: 0; width: 6.2rem; flex: none; }
.maps .sign { align-self: flex-start; font: 1.3rem/6.2rem var(--serif); color: var(--soft); }
figcaption { font: .78rem/1.3 var(--sans); color: var(--soft); margin-top: .3rem; overflow-wrap: anywhere; }
figcaption b { color: var(--ink); font-weight: 600; }
.map { width: 100%; aspect-ratio: 1; height: auto; background: var(--paper); border: 1px solid var(--rule); }
.map.none { display: flex; align-items: center; justify-content: center; font: .78rem var(--sans); color: var(--soft); }
.heat { fill: var(--heat); } .hole { fill: none; stroke: var(--soft); stroke-width: 1; vector-effect: non-scaling-stroke; }
.data code { display: inline-block; max-width: 11rem; vertical-align: top; }
.legend { width: 224px; margin: .5rem 0 0 -16px; }
.defs { position: absolute; width: 0; height: 0; }

.pairs { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: 1.3rem 1.6rem; margin: 1rem 0; }
.pair { margin: 0; min-width: 0; overflow-wrap: anywhere; break-inside: avoid; }
.pair .two { display: grid; grid-template-columns: 1fr 1fr; gap: 1px; background: var(--rule); border: 1px solid var(--rule); }
.pair .two > div { background: var(--card); color: #3d3c37; min-width: 0; padding: .25rem; font: .74rem/1.3 var(--sans); }
.pair .two > div > span { display: block; padding: 0 .2rem; }
.pair svg { width: 100%; height: auto; }
.pair figcaption b { font-variant-numeric: tabular-nums; }
.pair code { font-size: .72rem; color: var(--soft); display: block; }

details { margin: .8rem 0; }
summary { font: .9rem/1.4 var(--sans); color: var(--accent); cursor: pointer; width: fit-content; padding: .2rem 0; }
dl { font-size: .95rem; } dt { font: 600 .88rem/1.4 var(--sans); margin-top: .7rem; } dd { margin: .05rem 0 0; }
dl.pairs-of { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.2rem; font: .875rem/1.4 var(--sans); }
dl.pairs-of dt { margin: 0; font-weight: 400; color: var(--soft); } dl.pairs-of dd { margin: 0; min-width: 0; }
.motif { width: 26px; height: 26px; display: inline-block; vertical-align: middle; margin-right: .5rem; }
.motif line { stroke: var(--ink); stroke-width: 1.2; } .motif circle { fill: var(--ink); }

@media (max-width: 40rem) {
  body { font-size: 1rem; }
  main { padding: 1.6rem 1rem 3rem; }
  h1 { font-size: 1.6rem; } h2 { font-size: 1.3rem; margin-top: 3rem; } h3 { font-size: 1.12rem; }
  .verdict p.line { font-size: 1.06rem; }
  tbody th { max-width: 9rem; min-width: 5.5rem; }
  .wide th[scope=row] { min-width: 6.5rem; max-width: 7.5rem; }
  .strip { width: 150px; height: 18.3px; }
  .maps figure { width: 5.2rem; } .maps .sign { line-height: 5.2rem; }
  dl.pairs-of { grid-template-columns: 1fr; } dl.pairs-of dd { margin-bottom: .4rem; }
}
@media print {
  :root { --paper: #fff; --ink: #000; --soft: #444; --rule: #bbb; --grid: #ddd; --accent: #1f4e8c; --bar: #7191b8;
    --heat: #12335f; --card: #fff; --good: #1d6b3a; --bad: #94351b; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  html { font-size: 9.5pt; }
  .legend { margin-left: 0; }
  main { max-width: none; padding: 0; }
  .skip { display: none; }
  .scroll { overflow: visible; }
  .wide th[scope=row] { position: static; }
  th, td { padding-right: .6rem; }
  h2 { break-before: page; } #answer { break-before: auto; }
  h2, h3, h4, caption, summary { break-after: avoid; }
  figure, tr, .maps, .verdict { break-inside: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; }
  a { color: inherit; text-decoration: none; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
)css";

}  // namespace aufbau::report
