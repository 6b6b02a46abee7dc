import Artifacts
import Chronology
import Numerics

@testable import Networks

/// Windows of a noisy season, and small networks of every kind to train on them.
enum SampleWindows {
  static func table(
    rows: Int = 220, lookback: Int = 12, horizon: Int = 3, targets: ((Int) -> Float)? = nil
  ) -> WindowTable {
    let stream = RandomStream(seed: 5, purpose: "sample")
    let features = ["x", "y"]
    let values = (0..<rows).flatMap { row in
      (0..<2).map { column in
        Float(Elementary.sin(Double(row) / Double(3 + column)) + 0.1 * stream.normal(at: 2 * row + column))
      }
    }
    let labels = targets.map { (0..<rows).map($0) }
    let signature = Signature(
      entities: ["A"], features: features, targets: labels == nil ? features : ["x"], lookback: lookback,
      horizon: horizon, interval: .milliseconds(3_600_000), calendar: .continuous)
    func origins(_ first: Int, _ end: Int) -> Origins {
      Origins(max(first, lookback - 1)..<(end - horizon))
    }
    let (a, b) = (rows * 7 / 10, rows * 85 / 100)
    return WindowTable(
      signature: signature, levels: StoredArray((labels ?? values).map(Double.init)),
      features: StoredArray(values), targets: StoredArray(labels ?? values),
      time: StoredArray((0..<rows).map { Int64($0) }), offsets: [0, rows],
      origins: [.train: origins(0, a), .validation: origins(a, b), .test: origins(b, rows)])
  }

  static func training(
    batch: Int = 8, epochs: Int = 3, loss: Loss = .meanSquaredError, keep: Int = 2, patience: Int? = nil,
    rate: Double = 0.01, lanes: Int? = 2, schedule: Schedule.Shape = .constant, clip: Float? = 1
  ) -> Training {
    Training(
      loss: loss,
      optimizer: Optimizer(
        .adam(first: 0.9, second: 0.999, epsilon: 1e-8, keepsGreatest: false, decouplesDecay: true),
        weightDecay: 0.001),
      schedule: Schedule(schedule, peak: rate), batch: batch, epochs: epochs, lanes: lanes, seed: 9,
      clip: clip,
      patience: patience, keep: keep)
  }

  /// One of each kind, with dropout where there can be some.
  static let networks: [(name: String, blocks: JSON)] = [
    (
      "linear",
      [["targets": [:]], ["normalize": ["by": "last", "blocks": [["channels": ["blocks": ["head"]]]]]]]
    ),
    (
      "perceptron",
      ["flatten", ["linear": ["width": 16, "activation": "relu"]], ["dropout": ["rate": 0.2]], "head"]
    ),
    ("lstm", [["lstm": ["width": 10, "layers": 2, "dropout": 0.1]], "head"]),
    ("gru", [["gru": ["width": 10, "layers": 2, "dropout": 0.1]], "head"]),
    (
      "nbeats",
      [
        [
          "normalize": [
            "by": "instance",
            "blocks": [
              ["channels": ["blocks": [["nbeats": ["blocks": 2, "layers": 2, "width": 16, "dropout": 0.1]]]]]
            ],
          ]
        ]
      ]
    ),
    (
      "encoder",
      [
        ["linear": ["width": 16]], ["position": ["kind": "sinusoidal"]],
        ["encoder": ["layers": 2, "heads": 2, "feed_forward": 24, "dropout": 0.2]],
        ["pool": ["kind": "mean"]], "head",
      ]
    ),
    (
      "patches",
      [
        "targets",
        [
          "normalize": [
            "by": "instance", "affine": true,
            "blocks": [
              [
                "channels": [
                  "blocks": [
                    ["patches": ["length": 4, "stride": 2]], ["linear": ["width": 8]],
                    ["position": ["kind": "learned"]],
                    [
                      "encoder": [
                        "layers": 1, "heads": 2, "feed_forward": 16, "dropout": 0.2, "norm": "post",
                      ]
                    ],
                    ["pool": ["kind": "flatten"]], "head",
                  ]
                ]
              ]
            ],
          ]
        ],
      ]
    ),
    (
      "decomposed",
      [
        "targets",
        [
          "decompose": [
            "width": 5, "trend": [["channels": ["blocks": ["head"]]]],
            "season": [["channels": ["blocks": [["linear": ["width": 6, "activation": "gelu"]], "head"]]]],
          ]
        ],
      ]
    ),
    (
      "time2vec",
      [
        ["linear": ["width": 12, "activation": "leaky-relu"]], ["position": ["kind": "time2vec"]],
        ["residual": ["blocks": ["layer-norm", ["attention": ["heads": 3, "causal": true]]]]],
        ["pool": ["kind": "last"]], "head",
      ]
    ),
    (
      "entities",
      [
        ["entity": ["code": "one-hot"]], ["lstm": ["width": 6, "gives": "all"]], ["pool": ["kind": "mean"]],
        ["entity": ["width": 3]], ["linear": ["width": 8, "activation": "elu"]], "head",
      ]
    ),
    (
      "batch norm",
      [
        "flatten", ["linear": ["width": 12]], "batch-norm", ["linear": ["width": 8, "activation": "tanh"]],
        "head",
      ]
    ),
  ]
}
