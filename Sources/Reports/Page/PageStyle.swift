/// The colours of a page by name, on light and on dark. Those of series follow Okabe and Ito 2008, which colour-blind
/// readers can tell apart.
private let colours: [(name: String, light: String, dark: String)] = [
  ("page", "#fff", "#14181d"), ("ink", "#1b1f24", "#e6eaee"), ("soft", "#59636e", "#9aa5b1"),
  ("rule", "#d5dae0", "#343c46"), ("panel", "#f5f7f9", "#1d232a"), ("good", "#00684a", "#4fd1a5"),
  ("bad", "#a63600", "#ff9d66"), ("band", "#8a94a055", "#9aa5b140"), ("s0", "#0072b2", "#56b4e9"),
  ("s1", "#b85c00", "#e69f00"), ("s2", "#00825c", "#3fcf9f"), ("s3", "#a8407f", "#e08bc0"),
  ("s4", "#2b7bb0", "#8ecbff"), ("s5", "#8a6d00", "#f0e442"), ("s6", "#5a4fcf", "#a99cff"),
  ("s7", "#444c56", "#c8d0d8"),
]

/// The style of charts, for light and dark.
let chartStyle =
  ":root{\(colours.map { "--\($0.name):\($0.light)" }.joined(separator: ";"))}\n"
  + "@media(prefers-color-scheme:dark){:root{\(colours.map { "--\($0.name):\($0.dark)" }.joined(separator: ";"))}}\n"
  + chartRules

/// The style of a chart in a file of its own: light, without variables, which many programs cannot read.
let standaloneChartStyle = colours.reduce(chartRules) { style, colour in
  style.replacing("var(--\(colour.name))", with: colour.light)
}

private let chartRules = """
  .chart{width:100%;height:auto;background:var(--panel);border-radius:6px}
  svg text{fill:var(--ink);font:12px system-ui,sans-serif} svg .tick,svg .note,svg .label{fill:var(--soft)}
  svg .note{font-size:11px} svg .chart-title{font-weight:600;font-size:13px}
  .grid{stroke:var(--rule);stroke-width:.7} .axis{stroke:var(--soft)} .null-band{fill:var(--band)}
  .copies-line{stroke:var(--bad);stroke-dasharray:3 4} .control-line{stroke:var(--ink);stroke-dasharray:7 4}
  .curve{fill:none;stroke-width:2} .curve.thin{stroke-width:1.3;opacity:.8} .curve.level{stroke-dasharray:6 4} .curve-band{opacity:.14} .interval{stroke-width:2}
  .seed{stroke:none;opacity:.55} .center{stroke:var(--page);stroke-width:1} .control{fill:var(--ink);stroke:var(--ink)}
  .seed.control{stroke:none}
  \((0..<8).map { ".series-\($0){fill:var(--s\($0));stroke:var(--s\($0))}" }.joined())
  .seed-curve{stroke-width:1;opacity:.35;display:none} .seeds-shown .seed-curve{display:inline}
  .curve{fill:none!important} .curve-band{stroke:none!important} .center{stroke:var(--page)!important} .seed{stroke:none!important}
  .hollow{fill:none;stroke:var(--ink);stroke-width:1.4} svg .outcome{stroke:none} svg .cell{font-size:11px}
  .holds{fill:var(--good);stroke:var(--good)} .fails{fill:var(--bad);stroke:var(--bad)} .open{fill:var(--soft);stroke:var(--soft)}
  .ring{fill:var(--panel);stroke:var(--soft);stroke-width:1.8}
  .never{fill:none;stroke:var(--soft);stroke-dasharray:3 3}
  \(OnsetChart.shades.indices.map { ".shade-\($0){fill:var(--s0);fill-opacity:\(OnsetChart.shades[$0])}" }.joined())
  .tip:focus{outline:none} .tip:focus .center,.tip:hover .center{stroke:var(--ink)!important;stroke-width:2}
  .tip:hover .thin{stroke-width:3;opacity:1}
  """

/// The style sheet of the page, for light and dark, wide and narrow screens, and for paper.
let pageStyle = """
  *{box-sizing:border-box}
  body{margin:0 auto;padding:1rem clamp(.75rem,3vw,2rem) 3rem;max-width:90rem;background:var(--page);color:var(--ink);
  font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
  h1{font-size:clamp(1.25rem,1rem + 1.4vw,1.8rem);line-height:1.25;margin:.2rem 0 .6rem;max-width:60rem;text-wrap:balance}
  h2{font-size:1.25rem;margin:2.2rem 0 .6rem;border-bottom:1px solid var(--rule);padding-bottom:.2rem}
  h3{font-size:1rem;margin:1rem 0 .3rem}
  .name,.note,figcaption,caption,footer{color:var(--soft)} .name{margin:0} .note,footer{font-size:.875rem}
  .warning{border-left:4px solid var(--s5);background:var(--panel);padding:.5rem .8rem}
  a{color:var(--s0)} .skip{position:absolute;left:-99rem} .skip:focus{left:1rem;top:.5rem;background:var(--page)}
  nav ul,.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;margin:0;padding:0;font-size:.925rem}
  .findings{padding-left:0;list-style:none;margin:.2rem 0} .findings li{margin:.25rem 0;line-height:1.35}
  .verdict{display:block;font-size:.85rem;color:var(--soft)} .verdict.better,td.better{color:var(--good);font-weight:600}
  .verdict.worse,td.worse{color:var(--bad);font-weight:600} .verdict.better::before{content:"▲ "}
  .verdict.worse::before{content:"▼ "} .verdict.inconclusive::before{content:"○ "}
  .missing{color:var(--bad);font-size:.925rem}
  @media(min-width:64rem){.first{display:grid;grid-template-columns:minmax(0,26rem) minmax(0,1fr);gap:0 2rem}
  .first h2{margin-top:1rem} .first .charts{grid-template-columns:repeat(auto-fit,minmax(min(100%,21rem),1fr))}}
  .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,27rem),1fr));gap:1rem;margin:.6rem 0}
  .charts>svg{max-width:44rem} .single{max-width:40rem;margin:.6rem 0}
  :focus-visible{outline:3px solid var(--s0);outline-offset:2px}
  #tip{position:fixed;z-index:2;max-width:20rem;padding:.3rem .6rem;border-radius:4px;background:var(--ink);color:var(--page);
  font-size:.85rem;pointer-events:none}
  .scroll{overflow-x:auto;max-height:34rem;overflow-y:auto;border:1px solid var(--rule);border-radius:6px}
  table{border-collapse:collapse;font-size:.85rem;width:100%} caption{text-align:left;padding:.4rem .6rem}
  th,td{padding:.25rem .6rem;border-bottom:1px solid var(--rule);text-align:left;white-space:nowrap;font-weight:400}
  thead th{position:sticky;top:0;background:var(--panel);font-weight:600} td.number{text-align:right;font-variant-numeric:tabular-nums}
  th button{all:unset;cursor:pointer;font-weight:600} th button:focus-visible{outline:3px solid var(--s0)}
  th[aria-sort=ascending] button::after{content:" ▲"} th[aria-sort=descending] button::after{content:" ▼"}
  .gallery{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr));gap:1rem}
  figure{margin:0} img{max-width:100%;min-width:min(100%,15rem);image-rendering:pixelated;display:block;border-radius:4px}
  figcaption{font-size:.85rem;overflow-wrap:anywhere} audio{width:100%;height:2.2rem;margin-top:.2rem}
  pre{overflow-x:auto;background:var(--panel);padding:.6rem;font-size:.8rem;border-radius:6px} summary{cursor:pointer}
  input{font:inherit;color:inherit;background:var(--page);border:1px solid var(--soft);border-radius:4px;padding:.15rem .4rem}
  .answer{font-weight:600;max-width:60rem;margin:.2rem 0 .6rem}
  .choices{margin:.4rem 0;display:flex;flex-wrap:wrap;gap:.2rem 1.1rem} .choices[hidden]{display:none} details.choices{display:block}
  fieldset{display:flex;flex-wrap:wrap;gap:.1rem 1rem;border:1px solid var(--rule);border-radius:6px;font-size:.9rem}
  select{font:inherit;color:inherit;background:var(--page);border:1px solid var(--soft);border-radius:4px;max-width:100%}
  .off,.off+.save{display:none} td.words{white-space:normal;min-width:16rem}
  .saved{min-width:0} .saved>svg{display:block} .charts>.saved{max-width:44rem}
  .save{display:flex;gap:.3rem;justify-content:flex-end;font-size:.78rem;color:var(--soft)}
  .save button{font:inherit;color:inherit;background:none;border:1px solid var(--rule);border-radius:4px;cursor:pointer;padding:0 .4rem}
  img.enlargeable{cursor:zoom-in} dialog{border:0;border-radius:8px;padding:0;max-width:96vw;max-height:96vh;background:var(--page)}
  dialog img{width:min(90vw,90vh);height:auto;min-width:0} dialog::backdrop{background:#000a}
  @media print{h2,h3{break-after:avoid} nav,.filter,label,.skip,#tip,.save,.choices{display:none} .scroll{max-height:none;overflow:visible;border:0}
  body{max-width:none;font-size:11px} table{font-size:7px} th,td{padding:1px 3px} svg,figure,li{break-inside:avoid}
  .charts{grid-template-columns:1fr 1fr} .gallery{grid-template-columns:repeat(4,1fr)} img{min-width:0}}
  """
