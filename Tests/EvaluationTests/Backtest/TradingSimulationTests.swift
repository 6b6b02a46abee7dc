import Artifacts
import Evaluation
import TestSupport
import Testing

@Test func `Measures of returns are empyrical's`() throws {
  let entry = try #require(ReferenceValues.file("evaluation")["returns"])
  let measures = try #require(
    ReturnMeasures(of: try entry.numbers("values"), barsPerYear: 365))
  for (found, name) in [
    (measures.annualSharpe, "sharpe"), (measures.annualSortino, "sortino"),
    (measures.maximumDrawdown, "drawdown"), (measures.total, "total"), (measures.skewness, "skewness"),
    (measures.kurtosis, "kurtosis"),
  ] {
    let wanted = try entry.number(name)
    let value = try #require(found, Comment(rawValue: name))
    #expect(abs(value - wanted) <= 1e-9, Comment(rawValue: name))
  }
}

@Test func `Every change of the position is paid for`() {
  let simulation = TradingSimulation(
    forecasts: [0.1, 0.1, -0.1, 0], returns: [0.01, 0.02, -0.03, 0.5], rule: .sign,
    costs: TradingCosts(fee: 0.001, slippage: 0.0005))
  #expect(simulation.positions == [1, 1, -1, 0])
  let wanted = [0.01 - 0.0015, 0.02, 0.03 - 0.003, -0.0015]
  #expect(zip(simulation.returns, wanted).allSatisfy { abs($0 - $1) < 1e-15 })
  #expect(simulation.traded == 4 && simulation.turnover == 1 && simulation.hitRate == 1)
}

@Test func `A marked bar is neither traded nor scored`() {
  let simulation = TradingSimulation(
    forecasts: [0.1, 0.1, nil, 0.1], returns: [0.01, nil, 0.02, 0.01], rule: .sign,
    costs: TradingCosts(fee: 0))
  #expect(simulation.positions == [1, 0, 0, 1])
  #expect(simulation.isScored == [true, false, false, true])
  #expect(simulation.scoredReturns == [0.01, 0.01])
}

@Test func `The position follows its rule`() {
  #expect(PositionRule.threshold(least: 0.01).position(for: 0.005, after: []) == 0)
  #expect(PositionRule.threshold(least: 0.01).position(for: -0.02, after: []) == -1)
  let target = PositionRule.volatilityTarget(target: 0.01, bars: 3, most: 2)
  #expect(target.position(for: 1, after: [5, 0.02, -0.02, 0]) == 0.5)
  #expect(target.position(for: -1, after: [0.001, -0.001, 0]) == -2)
  #expect(target.position(for: 1, after: [0.1]) == 0)
}

@Test func `What is lost is lost`() throws {
  let simulation = TradingSimulation(
    forecasts: [1, 1], returns: [-1, 1], rule: .sign, costs: TradingCosts(fee: 0.01))
  #expect(simulation.equity == [0, 0])
  let measures = try #require(ReturnMeasures(of: simulation.returns, barsPerYear: 252))
  #expect(measures.maximumDrawdown == 1 && measures.annualReturn == nil)
}
