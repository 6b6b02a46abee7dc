/// How charts look: one style sheet for files of a single chart and for pages of many.
///
/// Colours come from the surroundings' choice of light or dark; contrast with the ground is at least 4.5 : 1 for
/// text in both, and at least 3 : 1 for lines and bars that carry data.
enum ChartStyle {
  /// The style sheet within an SVG document.
  static let element = "<style>\n" + palette(of: "svg") + marks + "</style>\n"

  /// The colours, as variables of the element that `root` selects.
  ///
  /// Paper is light.
  static func palette(of root: String) -> String {
    """
    \(root) { --ground: #ffffff; --ink: #1f2328; --quiet: #59636e; --grid: #e6e9ed; --history: #3d444d; --accent: #0969da; --other: #818b98;
      --rise: #1a7f37; --fall: #cf222e; --first: #0969da; --second: #9a6700; --third: #8250df; --panel: #f6f8fa; --edge: #d1d9e0; }
    @media screen and (prefers-color-scheme: dark) {
      \(root) { --ground: #0d1117; --ink: #f0f6fc; --quiet: #9198a1; --grid: #21262d; --history: #c9d1d9; --accent: #4493f8; --other: #6e7681;
        --rise: #3fb950; --fall: #f85149; --first: #4493f8; --second: #d29922; --third: #ab7df8; --panel: #151b23; --edge: #3d444d; }
    }

    """
  }

  /// What the parts of a chart look like.
  static let marks = """
    svg { font-family: system-ui, -apple-system, "Segoe UI", "Helvetica Neue", "DejaVu Sans", sans-serif; }
    text { fill: var(--ink); font-size: 12px; }
    .title { font-size: 20px; font-weight: 600; }
    .name { font-size: 14px; font-weight: 600; }
    .quiet { fill: var(--quiet); font-size: 13px; }
    .small { fill: var(--quiet); font-size: 12px; }
    .tick { fill: var(--quiet); font-size: 11px; font-variant-numeric: tabular-nums; }
    .ground { fill: var(--ground); }
    .grid { stroke: var(--grid); stroke-width: 1; }
    .zero { stroke: var(--quiet); stroke-width: 1; }
    .now, .bound { stroke: var(--quiet); stroke-width: 1; stroke-dasharray: 2 3; }
    .history { fill: none; stroke: var(--history); stroke-width: 1.5; stroke-linejoin: round; }
    .forecast { fill: none; stroke: var(--accent); stroke-width: 2.2; stroke-linejoin: round; stroke-linecap: round; }
    .baseline { fill: none; stroke: var(--other); stroke-width: 1.4; stroke-dasharray: 5 4; }
    .band0 { fill: var(--accent); fill-opacity: 0.13; }
    .band1 { fill: var(--accent); fill-opacity: 0.26; }
    .band2 { fill: var(--accent); fill-opacity: 0.39; }
    .dot { fill: var(--accent); }
    .line-first, .line-second, .line-third { fill: none; stroke-width: 1.2; stroke-linejoin: round; stroke-linecap: round; }
    .line-first { stroke: var(--first); }
    .line-second { stroke: var(--second); }
    .line-third { stroke: var(--third); }
    .dots { stroke-width: 5; }
    .curve { fill: none; stroke: var(--ink); stroke-width: 1.2; stroke-dasharray: 5 3; }
    .bar-first { fill: var(--first); fill-opacity: 0.32; stroke: var(--first); stroke-width: 1; }
    .bar-second { fill: none; stroke: var(--second); stroke-width: 2; stroke-linejoin: round; }
    .solid-first { fill: var(--first); }
    .solid-second { fill: var(--second); }
    .solid-third { fill: var(--third); }
    .solid-cut { fill: var(--fall); }
    .solid-held { fill: var(--ground); stroke: var(--quiet); stroke-dasharray: 2 2; }
    .shade-first { fill: var(--first); fill-opacity: 0.05; }
    .shade-second { fill: var(--second); fill-opacity: 0.13; }
    .shade-third { fill: var(--third); fill-opacity: 0.13; }
    .shade-cut { fill: var(--fall); fill-opacity: 0.3; }
    .shade-held { fill: var(--quiet); fill-opacity: 0.2; }
    .on { fill: var(--ground); font-size: 11px; font-weight: 600; }
    .rise { fill: var(--rise); }
    .fall { fill: var(--fall); }
    .rises { fill: none; stroke: var(--rise); }
    .falls { fill: none; stroke: var(--fall); }
    .stem { fill: none; stroke: var(--first); stroke-width: 3; }
    .here { fill: var(--first); fill-opacity: 0.28; }
    .gone1 { fill: var(--fall); fill-opacity: 0.35; }
    .gone2 { fill: var(--fall); fill-opacity: 0.6; }
    .gone3 { fill: var(--fall); }
    .none { fill: none; stroke: var(--edge); stroke-dasharray: 2 3; }

    """
}
