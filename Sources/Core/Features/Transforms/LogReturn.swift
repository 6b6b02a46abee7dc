private import Numerics

/// y_t = ln(x_t / x_{t−1}), for positive columns.
package struct LogReturn: LaggedTransform {
  package static let name = "log-return"

  package init(_ settings: PartSettings) throws(FeatureError) {}

  package var lag: Int { 1 }
  package var isLogarithmic: Bool { true }
  package var unit: String { "log-return" }

  package func check(_ values: UnsafeMutableBufferPointer<Double>) throws(TransformProblem) {
    try UnsafeBufferPointer(values).requirePositive()
  }

  package func change(of value: Double, from base: Double) -> Double { Elementary.log(value / base) }

  package func value(changed change: Double, from base: Double) -> Double { base * Elementary.exp(change) }
}
