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
      time: StoredArray((0..<rows).map { Int64($0) * 3_600_000 }), offsets: [0, rows],
      origins: [.train: origins(0, a), .validation: origins(a, b), .test: origins(b, rows)])
  }

  static func training(
    batch: Int = 8, epochs: Int = 3, loss: Loss = .meanSquaredError, keep: Int = 2, patience: Int? = nil,
    rate: Double = 0.01, lanes: Int? = 2, schedule: Schedule.Shape = .constant, clip: Float? = 1,
    curriculum: Curriculum? = nil
  ) -> Training {
    Training(
      loss: loss,
      optimizer: Optimizer(
        .adam(first: 0.9, second: 0.999, epsilon: 1e-8, keepsGreatest: false, decouplesDecay: true),
        weightDecay: 0.001),
      schedule: Schedule(schedule, peak: rate), batch: batch, epochs: epochs, lanes: lanes, seed: 9,
      clip: clip,
      patience: patience, keep: keep, curriculum: curriculum)
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
      "trend and season",
      [
        "targets",
        [
          "normalize": [
            "by": "instance",
            "blocks": [
              [
                "channels": [
                  "blocks": [
                    [
                      "nbeats": [
                        "layers": 3, "width": 16, "dropout": 0.1,
                        "stacks": [
                          ["basis": "trend", "blocks": 2, "share": true],
                          ["basis": "seasonal", "blocks": 2, "share": true, "shortest_period": 2],
                          ["basis": "generic", "thetas": 5],
                        ],
                      ]
                    ]
                  ]
                ]
              ]
            ],
          ]
        ],
      ]
    ),
    (
      "nhits",
      [
        "targets",
        [
          "normalize": [
            "by": "last",
            "blocks": [
              [
                "channels": [
                  "blocks": [
                    [
                      "nhits": [
                        "pool": [5, 2, 1], "pooling": "average", "downsample": [3, 2, 1], "width": 16,
                        "dropout": 0.1,
                      ]
                    ]
                  ]
                ]
              ]
            ],
          ]
        ],
      ]
    ),
    (
      "oracle",
      [
        [
          "normalize": [
            "by": "last",
            "blocks": [
              ["gp-features": ["kernel": "matern-3/2", "lengths": 4, "noises": 2]],
              [
                "nbeats-correction": [
                  "width": 8, "layers": 2, "dropout": 0.1,
                  "blocks": [
                    ["time2vec": ["width": 8]], ["position": ["kind": "sinusoidal"]],
                    ["encoder": ["layers": 1, "heads": 2, "feed_forward": 8, "dropout": 0.1]],
                    ["linear": ["width": "targets"]],
                  ],
                  "stacks": [["basis": "trend"], ["basis": "seasonal", "shortest_period": 2]],
                ]
              ],
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
      "extractor, tokens and head stages",
      [
        [
          "initialize": [
            "kernels": "glorot",
            "blocks": [
              [
                "feature-extractor": [
                  "version": "v1", "width": 12, "depth": 1, "residual": true, "dropout": 0.1,
                ]
              ],
              ["position": ["kind": "time2vec", "time": "y"]],
              ["extra-tokens": ["price": ["x", "y"], "volume": "x", "trades": []]],
              [
                "encoder": [
                  "layers": 1, "heads": 2, "feed_forward": 16, "dropout": 0.1, "bias": false,
                  "last_activation": "gelu", "final_norm": false,
                ]
              ],
              ["pool": ["kind": "newest"]],
              ["head-stages": ["layers": 2, "version": "v2", "residual": true, "dropout": 0.1]], "head",
            ],
          ]
        ]
      ]
    ),
    (
      "dynamic",
      [
        ["embed": ["kind": "shortening", "steps": 6, "width": 8, "groups": 2]],
        ["dynamic": ["layers": 2, "heads": 2]], "flatten", "head",
      ]
    ),
    (
      "dynamic over all",
      [
        ["embed": ["kind": "projection", "steps": 5, "width": 6]],
        ["dynamic": ["layers": 1, "heads": 2, "causal": false, "norm": "window"]],
        ["project": ["steps": "horizon", "width": "targets"]],
      ]
    ),
    (
      "frequencies",
      [
        ["time-frequency": ["steps": 7, "width": 4, "activation": "gelu"]],
        ["time-frequency": ["steps": "horizon", "width": "targets"]],
      ]
    ),
    (
      "convolutions",
      [
        ["convolution": ["width": 12, "kernel": 5, "padding": "same", "activation": "relu"]],
        ["convolution": ["width": 8, "kernel": 3, "groups": 4, "stride": 2, "padding": "causal"]],
        ["activation": ["kind": "tanh"]], "flatten", "head",
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
      "autoregressive",
      [
        [
          "normalize": [
            "by": "last",
            "blocks": [
              [
                "autoregressive": [
                  "residual": true, "calendar": true,
                  "cell": [["gru": ["width": 10]], ["dropout": ["rate": 0.1]], "head"],
                ]
              ]
            ],
          ]
        ]
      ]
    ),
    (
      "recurrent decoder",
      [
        [
          "normalize": [
            "by": "instance", "affine": true,
            "blocks": [
              ["gru": ["width": 10, "gives": "all"]],
              ["recurrent-decoder": ["width": 12, "heads": 2, "residual": true]],
            ],
          ]
        ]
      ]
    ),
    (
      "state decoder",
      [
        [
          "normalize": [
            "by": "pivot",
            "blocks": [
              "calendar", ["entity": ["width": 4]], ["time2vec": ["width": 16]],
              ["position": ["kind": "sinusoidal"]], ["dropout": ["rate": 0.1]],
              ["encoder": ["layers": 1, "heads": 4, "feed_forward": 16, "dropout": 0.1]],
              ["state-decoder": ["heads": 4, "feed_forward": 16, "dropout": 0.1]],
            ],
          ]
        ]
      ]
    ),
    ("read-out", [["lstm": ["width": 10, "dropout": 0.1, "readout": "recurrent"]], "head"]),
    (
      "dense",
      [
        "flatten", ["entity": ["width": 3, "unknown_rate": 0.3]],
        ["dense": ["widths": [12, 9], "activation": "gelu", "normalization": "layer", "dropout": 0.1]],
        ["dense": ["widths": [10], "initial": "glorot"]], "head",
      ]
    ),
    (
      "dense, batch norm",
      [
        "flatten",
        ["dense": ["widths": [12, 8], "activation": "tanh", "normalization": "batch", "dropout": 0.1]],
        "head",
      ]
    ),
    (
      "system",
      [
        [
          "repeat": [
            "times": 2, "blocks": [["system": ["steps": 4, "variables": 3, "activation": "tanh"]]],
          ]
        ],
        "flatten", "head",
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
