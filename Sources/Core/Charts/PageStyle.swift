/// How the words and tables of a page look; its colours are those of the charts.
enum PageStyle {
  static let sheet = """
    * { box-sizing: border-box; }
    body { margin: 0 auto; max-width: 62rem; padding: 1.5rem 1.25rem 4rem; background: var(--ground); color: var(--ink);
      font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "Helvetica Neue", "DejaVu Sans", sans-serif; }
    h1 { font-size: 1.7rem; line-height: 1.25; margin: 0; }
    h2 { font-size: 1.3rem; margin: 2.6rem 0 .6rem; padding-top: .8rem; border-top: 1px solid var(--edge); }
    h3 { font-size: 1.05rem; margin: 2rem 0 .4rem; }
    h1, h2, h3, td, dd { overflow-wrap: anywhere; }
    p { margin: .5rem 0; max-width: 46rem; }
    .lead { color: var(--quiet); }
    nav { display: flex; flex-wrap: wrap; gap: .2rem 1rem; margin: 1rem 0 1.2rem; }
    a { color: var(--accent); }
    dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: .15rem 1rem; margin: .6rem 0; }
    dt { color: var(--quiet); }
    dd { margin: 0; }
    .scroll, .wide { overflow-x: auto; }
    table { border-collapse: collapse; margin: .6rem 0; font-size: 13px; }
    th, td { padding: .22rem .7rem .22rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--grid); min-width: 6.4rem; }
    th { color: var(--quiet); font-weight: 500; }
    th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; overflow-wrap: normal; padding-left: .7rem; min-width: 0; }
    .notice { padding: .5rem .8rem; border: 1px solid var(--edge); border-left-width: 5px; background: var(--panel); }
    .notice.good { border-color: var(--rise); }
    .notice.warning { border-color: var(--second); border-left-style: double; }
    .notice.bad { border: 2px solid var(--fall); border-left-width: 8px; font-weight: 600; }
    .mark { white-space: nowrap; }
    .mark.good { color: var(--rise); }
    .mark.warning { color: var(--second); font-weight: 600; }
    .mark.bad { color: var(--ground); background: var(--fall); font-weight: 700; padding: .1rem .45rem; border-radius: 3px; }
    figure { margin: 1rem 0 1.4rem; }
    figcaption { color: var(--quiet); font-size: 13px; max-width: 46rem; }
    svg { display: block; }
    .wide svg { width: 100%; min-width: 42rem; }
    .pair { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 24rem), 1fr)); gap: 1.1rem 1rem; }
    .pair svg { width: 100%; }
    @media print {
      body { max-width: none; padding: 0; }
      nav { display: none; }
      figure, tr, h2, h3, .notice { break-inside: avoid; }
      h2, h3 { break-after: avoid; }
      .wide svg { min-width: 0; }
      .mark.bad { border: 2px solid var(--fall); color: var(--fall); background: none; }
    }

    """
}
