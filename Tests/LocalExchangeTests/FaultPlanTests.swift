import LocalExchange
import Testing

@Test func `Which request meets which fault depends on seed and number alone`() {
  let plan = FaultPlan.storm(seed: 5)
  let forwards = (0..<500).map { plan.fault(of: $0) }
  let backwards = (0..<500).reversed().map { FaultPlan.storm(seed: 5).fault(of: $0) }
  #expect(forwards == backwards.reversed())
  #expect(forwards != (0..<500).map { FaultPlan.storm(seed: 6).fault(of: $0) })
}

@Test(arguments: [0, 0.01, 0.3, 1])
func `Faults are as frequent as the rate says`(rate: Double) {
  let plan = FaultPlan(seed: 1, rate: rate, kinds: Fault.allCases.filter { $0 != .serverErrors })
  let share = Double((0..<20_000).count { plan.fault(of: $0) != nil }) / 20_000
  #expect(abs(share - rate) < 0.02)
}

@Test func `A storm has every fault`() {
  let met = Set((0..<10_000).compactMap { FaultPlan.storm().fault(of: $0) })
  #expect(met == Set(Fault.allCases))
}

@Test func `The named sets divide the faults`() {
  #expect(Set(Fault.network + Fault.bodies + Fault.limits) == Set(Fault.allCases))
  #expect(Fault.network.count + Fault.bodies.count + Fault.limits.count == Fault.allCases.count)
  for name in FaultPlan.names { #expect(FaultPlan(named: name, seed: 1) != nil) }
  #expect(FaultPlan(named: "rain", seed: 1) == nil)
}

@Test func `Server errors come in bursts of one to three`() {
  let plan = FaultPlan(seed: 2, rate: 0.01, kinds: [.serverErrors])
  let runs = (0..<50_000).map { plan.fault(of: $0) == nil ? "." : "x" }.joined().split(separator: ".")
  #expect(Set(runs.map(\.count)).isSuperset(of: [1, 2, 3]))
}

@Test func `A script adds faults and a fault can be left out`() {
  let plan = FaultPlan(script: [3: .html])
  #expect((0..<5).map { plan.fault(of: $0) } == [nil, nil, nil, .html, nil])
  let calm = FaultPlan.storm().without(.retryAfterEndless, .trickle)
  #expect(!(0..<10_000).contains { [.retryAfterEndless, .trickle].contains(calm.fault(of: $0)) })
}
