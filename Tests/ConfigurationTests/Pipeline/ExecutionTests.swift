import Configuration
import Testing

private func parse(_ keys: String, pools: String = "{calls: 2, memory: 64}") throws -> Execution {
  let text = "version: 1\nresources: \(pools)\nsteps:\n  series: {stage: extract, \(keys)}\n"
  return try PipelineFile(parsing: Array(text.utf8), path: "p.yaml").step("series").execution
}

@Test func `Without any keys a step runs once, without a limit, with nothing of its own`() throws {
  let text = "version: 1\nsteps:\n  series: {stage: extract}\n"
  #expect(try PipelineFile(parsing: Array(text.utf8), path: "p.yaml").steps[0].execution == Execution())
}

@Test(arguments: [("30s", 30.0), ("10m", 600), ("2h", 7200), ("1d", 86_400)])
func `A time-out is a length of time`(text: String, seconds: Double) throws {
  #expect(try parse("timeout: \(text)").timeoutSeconds == seconds)
}

@Test func `Retries are a number, or a number and a wait`() throws {
  let number = try parse("retries: 3")
  #expect(number.retries == 3 && number.retryWaitSeconds == 5)
  let both = try parse("retries: {times: 4, wait: 2m}")
  #expect(both.retries == 4 && both.retryWaitSeconds == 120)
  #expect(try parse("retries: {times: 4}").retryWaitSeconds == 5)
}

@Test func `Waits double, and end at five minutes`() throws {
  let execution = try parse("retries: {times: 9, wait: 40s}")
  #expect((2...7).map { execution.waitSeconds(beforeAttempt: $0) } == [40, 80, 160, 300, 300, 300])
  #expect(try parse("retries: {times: 1, wait: 1h}").waitSeconds(beforeAttempt: 2) == 300)
  #expect(
    Execution().waitSeconds(beforeAttempt: 2) == 5 && Execution().waitSeconds(beforeAttempt: 100) == 300)
}

@Test func `Resources, threads and variables are taken as written`() throws {
  let execution = try parse("resources: {calls: 2, memory: 1}, threads: 8, environment: [Z_1, a, _b]")
  #expect(execution.resources == ["calls": 2, "memory": 1] && execution.threads == 8)
  #expect(execution.environment == ["Z_1", "_b", "a"])
}

@Test(arguments: [
  ("timeout: soon", "a length of time such as 30s, 10m or 2h"), ("timeout: -1s", "a length of time"),
  ("timeout: 30", "a length of time"), ("retries: -1", "'retries'"), ("retries: 101", "'retries'"),
  ("retries: {wait: 1s}", "'times'"), ("retries: {times: 2, pause: 1s}", "unknown key 'pause'"),
  ("threads: 0", "'threads'"), ("threads: 257", "'threads'"), ("time_out: 1h", "did you mean 'timeout'?"),
  ("resources: {calls: 0}", "a whole number from 1"), ("resources: {calls: 1.5}", "a whole number from 1"),
  ("resources: {calls: many}", "a whole number from 1"), ("resources: {Calls: 1}", "names of pools"),
  ("resources: {cals: 1}", "there is no pool under the file's 'resources' 'cals'; did you mean 'calls'?"),
  ("resources: {calls: 3}", "'series.resources.calls' must be at most 2, which is all there is, not 3"),
  ("environment: [1A]", "'1A'"), ("environment: ['']", "must be a text, not nothing"),
  ("environment: [A=B]", "'A=B'"),
  ("environment: [É]", "'É'"), ("environment: [TZ]", "do not set themselves"),
  ("environment: [LC_ALL]", "do not set themselves"),
  ("environment: [CANDLEWICK_X]", "do not set themselves"),
  ("environment: [OPENBLAS_CORETYPE]", "do not set themselves"),
])
func `What is no way to run a step is refused with its place`(keys: String, words: String) {
  let error = #expect(throws: ConfigurationError.self) { try parse(keys) }
  #expect(error?.description.hasPrefix("p.yaml:4:") == true, "\(String(describing: error))")
  #expect(error?.description.contains(words) == true, "\(String(describing: error))")
}

@Test func `Pools are checked as what steps take of them is`() {
  let error = #expect(throws: ConfigurationError.self) { try parse("threads: 1", pools: "{calls: none}") }
  #expect(error?.description.hasPrefix("p.yaml:2:") == true)
}
