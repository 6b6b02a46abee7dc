import Artifacts
import Networks

/// The models whose steps are timed: what a model's file would say of each, and the windows that it is for.
///
/// `Benchmarks/peers/torch_models.py` and `jax_models.py` hold the same models; ``parameterCount`` says how far.
enum BenchmarkModel: String, CaseIterable {
  case mlp, mlp512, dnn, nbeats256, nbeats512, lstm, gru, encoder, patchtst, deepar, seq2seq, oracle

  /// Windows of one step.
  var batch: Int {
    switch self {
    case .mlp: 32
    case .mlp512, .lstm, .encoder, .deepar, .seq2seq, .oracle: 64
    case .dnn, .gru, .patchtst: 128
    case .nbeats256, .nbeats512: 256
    }
  }

  var window: WindowShape {
    switch self {
    case .mlp, .mlp512: Self.window(lookback: 64, horizon: 1, features: 1, targets: 1)
    case .dnn: Self.window(lookback: 64, horizon: 1, features: 1, targets: 1, entities: 99)
    case .nbeats256, .nbeats512: Self.window(lookback: 60, horizon: 12, features: 1, targets: 1)
    case .lstm, .gru, .encoder: Self.window(lookback: 48, horizon: 1, features: 8, targets: 1)
    case .oracle: Self.window(lookback: 60, horizon: 12, features: 4, targets: 1)
    case .patchtst: Self.window(lookback: 336, horizon: 96, features: 7, targets: 7)
    case .deepar: Self.window(lookback: 48, horizon: 24, features: 1, targets: 1, loss.reading)
    case .seq2seq: Self.window(lookback: 48, horizon: 24, features: 8, targets: 1)
    }
  }

  private static func window(
    lookback: Int, horizon: Int, features: Int, targets: Int, entities: Int = 1,
    _ reading: Network.Reading = .point
  ) -> WindowShape {
    WindowShape(
      lookback: lookback, horizon: horizon, features: features, targetColumns: Array(0..<targets),
      entities: entities, reading: reading)
  }

  var loss: Loss { self == .deepar ? .gaussian : .meanSquaredError }

  /// How likely a step is given what came.
  var teacherForcing: Double { self == .seq2seq ? 0.5 : 0 }

  /// The blocks; only PatchTST has dropout, and it only where the peers have it.
  func blocks(dropout: Double) -> JSON {
    switch self {
    case .mlp: Self.perceptron(32, 32)
    case .mlp512: Self.perceptron(512, 64)
    case .dnn: ["flatten", ["entity": ["width": 16]], ["dense": ["widths": [256, 128, 64]]], "head"]
    case .nbeats256: Self.nbeats(blocks: 10, width: 256)
    case .nbeats512: Self.nbeats(blocks: 8, width: 512)
    case .lstm: [["lstm": ["width": 64]], "head"]
    case .gru: [["gru": ["width": 64, "layers": 2]], "head"]
    case .encoder: Self.encoderBlocks
    case .patchtst: Self.patchTST(dropout: .number(dropout))
    case .deepar: [["deepar": ["cell": "lstm", "width": 40, "layers": 2, "dropout": 0]]]
    case .seq2seq:
      [["gru": ["width": 64, "gives": "all"]], ["recurrent-decoder": ["width": 64, "heads": 4]]]
    case .oracle: Self.oracleBlocks
    }
  }

  private static func perceptron(_ widths: Int...) -> JSON {
    .array(["flatten"] + widths.map { ["linear": ["width": JSON($0), "activation": "relu"]] } + ["head"])
  }

  private static func nbeats(blocks: Int, width: Int) -> JSON {
    [["channels": ["blocks": [["nbeats": ["blocks": JSON(blocks), "layers": 4, "width": JSON(width)]]]]]]
  }

  /// Written out, because the peers have no normalisation behind the last layer, as the block `encoder` has.
  private static let encoderBlocks: JSON = [
    ["linear": ["width": 128]],
    ["position": ["kind": "learned"]],
    [
      "repeat": [
        "times": 2,
        "blocks": [
          ["residual": ["blocks": ["layer-norm", ["attention": ["heads": 4]]]]],
          [
            "residual": [
              "blocks": [
                "layer-norm", ["linear": ["width": 512, "activation": "gelu"]], ["linear": ["width": 128]],
              ]
            ]
          ],
        ],
      ]
    ],
    ["pool": ["kind": "mean"]],
    "head",
  ]

  /// As `models/oracle/gp-nbeats-transformer.yaml`, without dropout.
  private static let oracleBlocks: JSON = [
    [
      "normalize": [
        "by": "last",
        "blocks": [
          ["gp-features": [:]],
          [
            "nbeats-correction": [
              "width": 16, "layers": 4,
              "blocks": [
                ["time2vec": ["width": 16]], ["position": ["kind": "sinusoidal"]],
                ["encoder": ["layers": 1, "heads": 4, "feed_forward": 16, "activation": "relu"]],
                ["linear": ["width": "targets"]],
              ],
              "stacks": [["basis": "trend", "thetas": 4], ["basis": "seasonal"]],
            ]
          ],
        ],
      ]
    ]
  ]

  private static func patchTST(dropout: JSON) -> JSON {
    let series: JSON = [
      ["patches": ["length": 16, "stride": 8]],
      ["linear": ["width": 16]],
      ["position": ["kind": "learned"]],
      ["dropout": ["rate": dropout]],
      [
        "encoder": [
          "layers": 3, "heads": 4, "feed_forward": 128, "norm": "post", "dropout": dropout,
          "attention_dropout": 0,
        ]
      ],
      ["pool": ["kind": "flatten"]],
      "head",
    ]
    return [["normalize": ["by": "instance", "blocks": [["channels": ["blocks": series]]]]]]
  }

  /// The number of parameters that the blocks must have.
  ///
  /// It is the number of the peers, but for recurrent layers: PyTorch adds a bias to the input and one to the state
  /// in every gate, and where the sum is all that counts JAX and ours have one. That is 256 parameters less in `lstm`
  /// (4 gates of 64 units), 2 · 128 in `gru` (2 layers, 2 of 3 gates), 2 · 160 in `deepar` and 2 · 128 in `seq2seq`.
  var parameterCount: Int {
    switch self {
    case .mlp: 3_169
    case .mlp512: 66_177
    case .dnn: 63_553
    case .nbeats256: 2_314_960
    case .nbeats512: 6_849_088
    case .lstm: 18_753
    case .gru: 38_977
    case .encoder: 403_969
    case .patchtst: 81_728
    case .deepar: 21_042
    case .seq2seq: 53_249
    case .oracle: 6_010
    }
  }
}
