import Testing

@testable import Chronology

/// Seconds since the epoch.
private func second(_ text: String) throws -> Int64 {
  try #require(Instant(parsing: text)).milliseconds / 1000
}

@Test func `A rule says when clocks change, south of the equator as well`() throws {
  let berlin = try #require(YearlyRule(parsing: "CET-1CEST,M3.5.0,M10.5.0/3"))
  #expect(berlin.offset(at: try second("2050-03-27T00:59:59Z")).abbreviation == "CET")
  #expect(berlin.offset(at: try second("2050-03-27T01:00:00Z")).seconds == 7200)
  #expect(berlin.offset(at: try second("2050-10-30T01:00:00Z")).seconds == 3600)
  let sydney = try #require(YearlyRule(parsing: "AEST-10AEDT,M10.1.0,M4.1.0/3"))
  #expect(sydney.offset(at: try second("2050-01-01T00:00:00Z")).abbreviation == "AEDT")
  #expect(sydney.offset(at: try second("2050-07-01T00:00:00Z")).abbreviation == "AEST")
}

@Test func `Days of the year are counted with and without the leap day`() throws {
  let julian = try #require(YearlyRule(parsing: "AAA0BBB,J60/0,J300/0"))
  let counted = try #require(YearlyRule(parsing: "AAA0BBB,59/0,300/0"))
  #expect(julian.offset(at: try second("2048-02-29T12:00:00Z")).abbreviation == "AAA")
  #expect(julian.offset(at: try second("2048-03-01T00:00:00Z")).abbreviation == "BBB")
  #expect(counted.offset(at: try second("2048-02-29T00:00:00Z")).abbreviation == "BBB")
}

@Test func `A summer without end, and times beyond a day`() throws {
  let always = try #require(YearlyRule(parsing: "<-05>5<-04>,0/0,J365/25"))
  for day in ["2050-01-01T05:00:00Z", "2050-12-31T23:00:00Z", "2051-01-01T04:30:00Z"] {
    #expect(always.offset(at: try second(day)).seconds == -4 * 3600, "\(day)")
  }
  let greenland = try #require(YearlyRule(parsing: "<-02>2<-01>,M3.5.0/-1,M10.5.0/0"))
  #expect(greenland.offset(at: try second("2050-03-27T01:00:00Z")).abbreviation == "-01")
}

@Test(arguments: [
  "", "CE", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1 ", "<CET-1",
])
func `What is no rule is refused`(text: String) {
  #expect(YearlyRule(parsing: text) == nil)
}
