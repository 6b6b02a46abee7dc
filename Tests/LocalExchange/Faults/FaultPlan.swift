/// Which request meets which fault: a pure function of a seed and the request's number, so that runs repeat.
package struct FaultPlan: Sendable, Equatable {
  package var seed: UInt64
  /// The share of requests that meet a fault, 0…1.
  package var rate: Double
  package var kinds: [Fault]
  /// Faults of certain requests, by number from 0, beside those that chance gives.
  package var script: [Int: Fault]

  /// How long a ``Fault/headerStall`` is silent, and a ``Fault/trickle`` lasts.
  package var stallSeconds = 30.0
  /// Between two bytes of a ``Fault/trickle``.
  package var trickleSeconds = 1.0
  /// What a ``Fault/gzipBomb`` decompresses to.
  package var bombBytes = 64 << 20
  package var floodHeaders = 400_000
  /// Waits of ``Fault/retryAfterSeconds`` and ``Fault/retryAfterDate``.
  package var retrySeconds: ClosedRange<Int64> = 1...3

  package init(seed: UInt64 = 7, rate: Double = 0, kinds: [Fault] = [], script: [Int: Fault] = [:]) {
    precondition((0...1).contains(rate), "a rate of \(rate)")
    self.seed = seed
    self.rate = rate
    self.kinds = kinds
    self.script = script
  }

  package static let none = FaultPlan()

  /// Every fault, for three of ten requests.
  package static func storm(seed: UInt64 = 7, rate: Double = 0.3) -> FaultPlan {
    FaultPlan(seed: seed, rate: rate, kinds: Fault.allCases)
  }

  package static let names = ["none", "storm", "network", "bodies", "limits"]

  /// One of the named sets; nil for another name.
  package init?(named name: String, seed: UInt64, rate: Double = 0.3) {
    switch name {
    case "none": self.init(seed: seed)
    case "storm": self.init(seed: seed, rate: rate, kinds: Fault.allCases)
    case "network": self.init(seed: seed, rate: rate, kinds: Fault.network)
    case "bodies": self.init(seed: seed, rate: rate, kinds: Fault.bodies)
    case "limits": self.init(seed: seed, rate: rate, kinds: Fault.limits)
    default: return nil
    }
  }

  /// The plan without some faults.
  package func without(_ faults: Fault...) -> FaultPlan {
    var plan = self
    plan.kinds.removeAll { faults.contains($0) }
    return plan
  }

  /// What request `number`, counted from 0, meets.
  package func fault(of number: Int) -> Fault? {
    if let fault = script[number] { return fault }
    if let own = drawn(number) { return own }
    // A burst of server errors reaches up to two requests further.
    let isInBurst = (1...2).contains { back in
      drawn(number - back) == .serverErrors && burstLength(from: number - back) > back
    }
    return isInBurst ? .serverErrors : nil
  }

  /// Decides what a fault leaves open, such as which row is damaged.
  package func detail(of number: Int) -> UInt64 { key(number, salt: 3).scrambled }

  private func drawn(_ number: Int) -> Fault? {
    guard number >= 0, !kinds.isEmpty, key(number, salt: 1).unit < rate else { return nil }
    return kinds[Int(key(number, salt: 2) % UInt64(kinds.count))]
  }

  private func burstLength(from number: Int) -> Int { 1 + Int(detail(of: number) % 3) }

  private func key(_ number: Int, salt: UInt64) -> UInt64 {
    (seed.scrambled ^ (UInt64(bitPattern: Int64(number)) &* 4 &+ salt)).scrambled
  }
}
