import Artifacts
import Chronology
import Orchestration
import Testing

private func crontab(_ commands: [[String]], workspace: String = "/data/market", zone: String? = nil) throws
  -> Crontab
{
  Crontab(
    expression: try CronExpression(parsing: "0 0 * * *"), timeZone: zone, workspace: workspace,
    artifacts: "artifacts", commands: commands)
}

@Test func `The whole is one line that begins in the workspace and ends in a log`() throws {
  #expect(
    try crontab([["/opt/bin/pipeline", "run", "--durability", "full"]]).text() == """
      # Made by 'pipeline export cron'. Its times are those of the machine's time zone.
      SHELL=/bin/sh
      PATH=/usr/local/bin:/usr/bin:/bin
      0 0 * * * cd /data/market && mkdir -p artifacts/journal && /opt/bin/pipeline run --durability full \
      >>artifacts/journal/cron.log 2>&1

      """)
}

@Test func `Steps follow each other, quoted for the shell and for cron`() throws {
  let text = try crontab(
    [["/bin/prepare", "--step", "windows@50%"], ["/bin/train", "--set", "a=it's"]], workspace: "/my data",
    zone: "Europe/Berlin"
  ).text()
  #expect(text.contains("CRON_TZ=Europe/Berlin\n"))
  #expect(text.contains("cd '/my data' && "))
  #expect(text.contains("{ /bin/prepare --step windows@50\\% && /bin/train --set 'a=it'\\''s'; } >>"))
}

@Test func `What cron cannot hold is refused`() throws {
  #expect(throws: ExportError.unwritable("/a\nb")) { try crontab([["x"]], workspace: "/a\nb").text() }
  let many = (0..<40).map { ["/opt/bin/train", "--step", "model@number-\($0)"] }
  let error = #expect(throws: ExportError.self) { try crontab(many).text() }
  #expect(error?.exitStatus == .usage && error?.description.contains("leave --per-step out") == true)
}

@Test(arguments: [
  ("1m", "* * * * *"), ("15m", "*/15 * * * *"), ("1h", "0 * * * *"), ("6h", "0 */6 * * *"),
  ("1d", "0 0 * * *"),
  ("24h", "0 0 * * *"), ("1w", "0 0 * * 1"), ("1M", "0 0 1 * *"), ("3M", "0 0 1 */3 *"),
])
func `An interval's expression is due when the interval is`(every: String, cron: String) throws {
  let interval = try #require(Interval(every))
  let expression = try CronExpression(every: interval)
  #expect(expression.text == cron)
  let (one, other) = (Timetable(.every(interval)), Timetable(.cron(expression)))
  var instant = Instant(year: 2026, month: 2, day: 27)
  for _ in 0..<40 {
    #expect(one.next(after: instant) == other.next(after: instant))
    instant = one.next(after: instant)
  }
}

@Test(arguments: ["7m", "5h", "90m", "2d", "30s", "2w", "5M"])
func `An interval without an expression is refused`(every: String) throws {
  let interval = try #require(Interval(every))
  #expect(throws: ExportError.noExpression(every: every)) { try CronExpression(every: interval) }
}
