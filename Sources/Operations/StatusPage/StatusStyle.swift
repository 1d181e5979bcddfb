/// How the status page looks.
enum StatusStyle {
    /// Its own page, so that the page's policy can forbid styles in the markup.
    static let sheet = """
        :root {
          color-scheme: light dark;
          --ground: #f6f4ef; --surface: #fffefb; --rule: #e0dcd2; --ink: #1c2430; --soft: #59616d;
          --accent: #1f5a94; --second: #a04a12; --good: #1d6f47; --attention: #8a5a00;
          --failure: #b0281f; --mark: #fffefb; --trouble: #fbeae7;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #12161c; --surface: #191f27; --rule: #2c3540; --ink: #e7eaee;
            --soft: #9ba6b4; --accent: #7fb6ee; --second: #efa56f; --good: #62cb92;
            --attention: #e6b450; --failure: #ff8f85; --mark: #12161c; --trouble: #33201f;
          }
        }
        * { box-sizing: border-box; margin: 0; padding: 0; }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
        body {
          background: var(--ground); color: var(--ink);
          font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", Ubuntu, Cantarell, sans-serif;
          font-variant-numeric: tabular-nums lining-nums; overflow-wrap: break-word;
        }
        header, main, footer { max-width: 76rem; margin: 0 auto; padding: 0 1.5rem; }
        header { padding-top: 2.5rem; }
        .brand, h1 {
          font-family: "Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L",
            "Noto Serif", Georgia, serif;
        }
        .brand { color: var(--soft); font-size: 1.125rem; font-style: italic; }
        h1 {
          display: flex; align-items: center; gap: .75rem; margin: .125rem 0 .375rem;
          font-size: 2.25rem; font-weight: 500; line-height: 1.15; letter-spacing: -.01em;
        }
        h1 .icon { width: 1.875rem; height: 1.875rem; }
        h2 { margin: 2.25rem 0 .75rem; font-size: 1.0625rem; font-weight: 600; }
        h3 { font-size: .9375rem; font-weight: 600; }
        .facts, footer { color: var(--soft); font-size: .875rem; }
        a { color: var(--accent); text-underline-offset: .2em; }
        a:focus-visible, .scroll:focus-visible {
          outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px;
        }
        ul { list-style: none; }
        .icon { flex: none; fill: none; stroke: var(--mark); stroke-width: 2; stroke-linecap: round;
          stroke-linejoin: round; }
        .icon circle, .icon .body { fill: var(--level); stroke: none; }
        .icon .ring { fill: none; stroke: var(--level); stroke-width: 1.75;
          stroke-dasharray: 3 3.3; }
        .icon .dash { stroke: var(--level); }
        .good { --level: var(--good); } .attention { --level: var(--attention); }
        .failure { --level: var(--failure); } .unknown { --level: var(--soft); }

        .trouble {
          margin-top: 1.75rem; padding: 1rem 1.25rem; background: var(--trouble);
          border-left: 4px solid var(--failure); border-radius: 4px 10px 10px 4px;
        }
        .trouble h2 { margin: 0 0 .25rem; }
        .trouble b { font-weight: 600; }
        .trouble b::after { content: ":"; }
        .since { color: var(--soft); font-size: .875rem; }

        .lights, .plots, .tiles { display: grid; gap: 1rem; }
        .lights { grid-template-columns: repeat(4, minmax(0, 1fr)); }
        .lights li, figure, .scroll, .tiles > div {
          background: var(--surface); border: 1px solid var(--rule); border-radius: 10px;
        }
        .lights li {
          display: grid; grid-template-columns: auto 1fr auto; gap: .25rem .625rem;
          align-items: center; padding: .875rem 1rem; align-content: start;
        }
        .lights p { grid-column: 2 / -1; color: var(--soft); font-size: .875rem; }
        .lights .word { grid-column: 3; grid-row: 1; color: var(--level); font-weight: 600; }
        .lights .unknown .word { font-weight: 400; }

        .plots { grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); }
        figure { padding: 1rem 1.125rem .875rem; min-width: 0; }
        figcaption { display: grid; gap: .125rem; margin-bottom: 1.125rem; }
        .legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; color: var(--soft);
          font-size: .8125rem; }
        .legend li { display: flex; align-items: center; gap: .4rem; }
        .legend b { color: var(--ink); font-weight: 600; }
        .key { width: 1.5rem; height: .5rem; }
        .plot { display: grid; grid-template-columns: 2.75rem 1fr; gap: .625rem; height: 9.5rem; }
        .scale { display: flex; flex-direction: column; justify-content: space-between;
          margin: -.6em 0; text-align: right; }
        .scale, .minutes { color: var(--soft); font-size: .75rem; line-height: 1.2; }
        .minutes { display: flex; justify-content: space-between; margin: .5rem 0 0 3.375rem; }
        .plot svg { display: block; width: 100%; height: 100%; overflow: visible; }
        svg path { vector-effect: non-scaling-stroke; }
        .icon path { vector-effect: none; }
        .grid { stroke: var(--rule); stroke-width: 1; fill: none; }
        .line, .key path { fill: none; stroke: var(--accent); stroke-width: 1.75;
          stroke-linejoin: round; }
        .line.second, .key.second path { stroke: var(--second); stroke-width: 1.5;
          stroke-dasharray: 5 3; }
        .area { fill: var(--accent); opacity: .12; }
        .now { stroke: var(--accent); stroke-width: 7; stroke-linecap: round; }

        .columns { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr);
          gap: 0 1.5rem; }
        .scroll { overflow-x: auto; }
        table { width: 100%; border-collapse: collapse; font-size: .9375rem; }
        th, td { padding: .5rem .75rem; text-align: right; white-space: nowrap; }
        th:first-child { text-align: left; padding-left: 1rem; }
        th:last-child, td:last-child { padding-right: 1rem; }
        thead th { color: var(--soft); font-size: .8125rem; font-weight: 500; vertical-align: bottom;
          white-space: normal; }
        tbody th { font-weight: 500; }
        #requests + .scroll th:first-child { position: sticky; left: 0; background: var(--surface); }
        tbody tr { border-top: 1px solid var(--rule); }
        .zero, .zero dd { color: var(--soft); font-weight: 400; }
        .still { color: var(--attention); }
        .spark { width: 8rem; text-align: left; }
        .spark svg { display: block; width: 100%; }
        .spark .line { stroke-width: 1.25; }
        .bar { width: 45%; }
        .bar svg { display: block; }
        .bar rect { fill: var(--second); }
        .none { color: var(--soft); }
        .plot .none { align-self: center; justify-self: center; font-size: .875rem; }

        .tiles { grid-template-columns: repeat(3, minmax(0, 1fr)); }
        #accounts + .tiles { grid-template-columns: repeat(6, minmax(0, 1fr)); }
        #obligations + .tiles, #guarantees + .tiles {
          grid-template-columns: repeat(4, minmax(0, 1fr)); }
        .tiles > div { display: flex; flex-direction: column; padding: .75rem 1rem; }
        dt { color: var(--soft); font-size: .8125rem; }
        dd { font-size: 1.5rem; font-weight: 500; line-height: 1.3; }
        .tiles .note { color: var(--soft); font-size: .8125rem; font-weight: 400;
          line-height: 1.4; }
        .tiles .bad { border-color: var(--failure); }
        .bad dd:not(.note) { color: var(--failure); font-weight: 600; }

        footer { display: flex; flex-wrap: wrap; gap: .5rem 2rem; justify-content: space-between;
          margin-top: 2.5rem; padding-top: 1rem; padding-bottom: 2.5rem; }
        nav a { margin-right: 1rem; }
        @media (max-width: 60rem) {
          .columns { grid-template-columns: minmax(0, 1fr); }
          .lights { grid-template-columns: repeat(2, minmax(0, 1fr)); }
          #accounts + .tiles { grid-template-columns: repeat(3, minmax(0, 1fr)); }
        }
        @media (max-width: 32rem) {
          header, main, footer { padding-left: 1rem; padding-right: 1rem; }
          header { padding-top: 1.5rem; }
          h1 { font-size: 1.75rem; gap: .625rem; }
          h1 .icon { width: 1.5rem; height: 1.5rem; }
          .lights { grid-template-columns: minmax(0, 1fr); gap: .75rem; }
          .tiles, #accounts + .tiles, #obligations + .tiles, #guarantees + .tiles {
            grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .75rem; }
          table { font-size: .875rem; }
          th, td { padding: .5rem .375rem; }
          th:first-child { padding-left: .875rem; }
          th:last-child, td:last-child { padding-right: .875rem; }
          .spark { display: none; }
          td { white-space: normal; }
          .since { display: block; }
        }
        @media print { body { background: none; } .scroll { overflow: visible; } }

        """

    /// The icon in the browser's tab: it tells of failure from there.
    static func icon(isReady: Bool) -> String {
        let shape =
            isReady
            ? "<circle cx=\"10\" cy=\"10\" r=\"9\" fill=\"#1d6f47\"/>"
                + "<path d=\"M5.8 10.4l2.9 2.9 5.6-6\" "
            : "<path d=\"M6.3 1h7.4L19 6.3v7.4L13.7 19H6.3L1 13.7V6.3Z\" fill=\"#b0281f\"/>"
                + "<path d=\"M6.8 6.8l6.4 6.4m0-6.4-6.4 6.4\" "
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 20 20\">" + shape
            + "fill=\"none\" stroke=\"#fff\" stroke-width=\"2\" stroke-linecap=\"round\"/></svg>\n"
    }
}
