import Artifacts
import Testing

@testable import Networks

/// A list of blocks, and what its file should say of its inputs and output.
struct ExportedNetwork: Sendable, CustomTestStringConvertible {
  let name: String
  let blocks: JSON
  var window = WindowShape(lookback: 8, horizon: 3, features: 3, targetColumns: [2, 0], entities: 4)
  var output = ["N", "3", "2"]
  var inputs = [features]
  var testDescription: String { name }

  /// A name, type and shape.
  typealias Input = (name: String, type: Int, shape: [String])
  static let features: Input = ("features", 1, ["N", "8", "3"])
  static let entities: Input = ("entities", 7, ["N"])
  static let calendar: Input = ("calendar", 1, ["N", "3", "\(CalendarCode.width)"])
  static let pastCalendar: Input = ("past_calendar", 1, ["N", "8", "\(CalendarCode.width)"])

  func graph(_ value: Float = 0.25) throws -> ONNX.Graph {
    let (graph, _) = try Network.record(blocks, window, samples: 1)
    let values = graph.parameters.map { parameter in
      (0..<parameter.shape.count).map { value * Float(($0 * 37) % 11) }
    }
    return try Network(blocks: blocks, window: window, values: values).onnx()
  }

  func file(_ value: Float = 0.25) throws -> [UInt8] {
    let properties = [ONNX.Property("model", name)]
    return ONNX.Model(graph: try graph(value), producer: "test", note: "", properties: properties).bytes
  }

  /// Every kind of block at least once.
  static let all: [ExportedNetwork] =
    [
      ("linear", #"["flatten", {"linear": {"width": 5, "activation": "gelu", "bias": false}}, "head"]"#),
      ("last", #"[{"normalize": {"by": "last", "blocks": ["flatten", "head"]}}]"#),
      ("affine", #"[{"normalize": {"by": "instance", "affine": true, "blocks": ["flatten", "head"]}}]"#),
      (
        "decompose",
        #"""
        ["targets", {"decompose": {"width": 3, "trend": [{"channels": {"blocks": ["head"]}}],
        "season": [{"channels": {"blocks": [{"dropout": {"rate": 0.5}}, "head"]}}]}}]
        """#
      ),
      ("lstm", #"[{"lstm": {"width": 4, "layers": 2}}, "head"]"#),
      ("gru", #"[{"gru": {"width": 4, "layers": 2, "gives": "all"}}, "batch-norm", "flatten", "head"]"#),
      (
        "encoder",
        #"""
        [{"linear": {"width": 6}}, {"position": {"kind": "sinusoidal"}},
        {"encoder": {"layers": 1, "heads": 2, "feed_forward": 7, "causal": true}}, {"pool": {"kind": "mean"}}, "head"]
        """#
      ),
      (
        "time2vec",
        #"[{"linear": {"width": 6}}, {"position": {"kind": "time2vec"}}, {"pool": {"kind": "last"}}, "head"]"#
      ),
      (
        "patches",
        #"""
        ["targets", {"channels": {"blocks": [{"patches": {"length": 4, "stride": 2}}, {"position": {"kind": "learned"}},
        {"residual": {"blocks": ["layer-norm", {"attention": {"heads": 2}}]}}, "flatten", "head"]}}]
        """#
      ),
      ("nbeats", #"["targets", {"channels": {"blocks": [{"nbeats": {"blocks": 2, "width": 5}}]}}]"#),
      ("repeat", #"[{"repeat": {"times": 2, "blocks": [{"linear": {"width": 3}}]}}, "flatten", "head"]"#),
      (
        "convolutions",
        #"""
        [{"convolution": {"width": 6, "kernel": 3, "padding": "same", "activation": "relu"}},
        {"convolution": {"width": 4, "kernel": 4, "groups": 2, "stride": 2, "padding": "causal"}},
        {"convolution": {"width": 4, "kernel": 2, "stride": 2}}, {"activation": {"kind": "tanh"}}, "flatten", "head"]
        """#
      ),
      (
        "dense",
        #"""
        ["flatten", {"dense": {"widths": [6, 5], "activation": "elu", "normalization": "layer", "dropout": 0.1}},
        {"dense": {"widths": [5], "normalization": "batch"}}, {"head-stages": {"layers": 2, "residual": true}}, "head"]
        """#
      ),
      ("system", #"[{"system": {"steps": 4, "variables": 3, "activation": "tanh"}}, "flatten", "head"]"#),
      (
        "frequencies",
        #"""
        [{"time-frequency": {"steps": 5, "width": 4, "activation": "gelu"}},
        {"time-frequency": {"steps": "horizon", "width": "targets"}}]
        """#
      ),
      (
        "dynamic",
        #"""
        [{"embed": {"kind": "shortening", "steps": 4, "width": 4, "groups": 2}},
        {"dynamic": {"layers": 1, "heads": 2}}, {"project": {"steps": "horizon", "width": "targets"}}]
        """#
      ),
      (
        "dynamic over all",
        #"""
        [{"embed": {"kind": "projection", "steps": 5, "width": 4}},
        {"dynamic": {"layers": 1, "heads": 2, "causal": false, "norm": "window"}}, "flatten", "head"]
        """#
      ),
      (
        "delays",
        #"["delay-line", "masked-linear", {"delay-line": {"causal": false, "skip": true}}, "flatten", "head"]"#
      ),
      (
        "tokens together",
        #"""
        [{"feature-extractor": {"version": "v1", "width": 4, "depth": 1, "residual": true}},
        {"position": {"kind": "time2vec", "time": "last"}},
        {"extra-tokens": {"price": [0, 1], "volume": [2], "trades": [], "price_spread": "together"}},
        {"encoder": {"layers": 1, "heads": 2, "feed_forward": 5, "bias": false, "last_activation": "gelu",
        "final_norm": false}}, {"pool": {"kind": "newest"}}, "head"]
        """#
      ),
      (
        "tokens greatest",
        #"""
        [{"linear": {"width": 4}},
        {"extra-tokens": {"price": [0, 2], "volume": [2, 1], "trades": [0], "price_spread": "greatest"}},
        "flatten", "head"]
        """#
      ),
      (
        "nbeats stacks",
        #"""
        ["targets", {"channels": {"blocks": [{"nbeats": {"layers": 2, "width": 5, "stacks": [
        {"basis": "trend", "blocks": 2, "share": true}, {"basis": "seasonal", "shortest_period": 2},
        {"basis": "generic", "thetas": 3}]}}]}}]
        """#
      ),
      (
        "nhits greatest",
        #"""
        ["targets", {"channels": {"blocks": [{"nhits": {"pool": [3, 2, 1], "pooling": "max",
        "downsample": [3, 2, 1], "width": 5}}]}}]
        """#
      ),
      (
        "nhits means",
        #"""
        ["targets", {"channels": {"blocks": [{"nhits": {"pool": [5, 4, 1], "pooling": "average",
        "downsample": [3, 2, 1], "width": 5}}]}}]
        """#
      ),
      ("read-out", #"[{"lstm": {"width": 4, "readout": "recurrent"}}, "head"]"#),
      ("change", #"[{"lstm": {"width": 4, "gives": "all"}}, {"pool": {"kind": "change"}}, "head"]"#),
      (
        "unrolled",
        #"""
        [{"normalize": {"by": "instance", "affine": true, "blocks": [{"autoregressive": {"residual": true,
        "cell": [{"gru": {"width": 4}}, "head"]}}]}}]
        """#
      ),
      (
        "decoder without attention",
        #"""
        [{"gru": {"width": 4, "gives": "all"}},
        {"recurrent-decoder": {"width": 4, "heads": 0, "calendar": false, "residual": true}}]
        """#
      ),
      (
        "bounded",
        #"""
        [{"normalize": {"by": "last", "blocks": ["flatten", {"linear": {"width": 5, "activation": "universal"}},
        "head"]}}, {"bounded": {"reach": 0.5}}]
        """#
      ),
      ("time2vec of rows", #"[{"time2vec": {"width": 5}}, "flatten", "head"]"#),
    ].map { name, text in ExportedNetwork(name: name, text) }
    + [
      ExportedNetwork(name: "learned", #"[{"entity": {"width": 2}}, "flatten", "head"]"#, entities),
      ExportedNetwork(name: "one-hot", #"["flatten", {"entity": {"code": "one-hot"}}, "head"]"#, entities),
      ExportedNetwork(
        name: "hidden", #"["flatten", {"entity": {"width": 3, "unknown_rate": 0.5}}, "head"]"#, entities),
      ExportedNetwork(
        name: "unrolled with a calendar",
        #"""
        [{"normalize": {"by": "last", "blocks": [{"autoregressive": {"calendar": true,
        "cell": [{"gru": {"width": 4}}, "head"]}}]}}]
        """#, calendar, pastCalendar),
      ExportedNetwork(
        name: "decoder",
        #"""
        [{"normalize": {"by": "instance", "affine": true, "blocks": [{"gru": {"width": 4, "gives": "all"}},
        {"recurrent-decoder": {"width": 6, "heads": 2, "residual": true}}]}}]
        """#, calendar),
      ExportedNetwork(
        name: "nbeats with a calendar",
        #"""
        ["targets", {"channels": {"blocks": [{"nbeats": {"layers": 2, "width": 5, "calendar": true,
        "stacks": [{"basis": "trend"}]}}]}}]
        """#, calendar),
      ExportedNetwork(
        name: "state decoder",
        #"""
        [{"normalize": {"by": "pivot", "blocks": ["calendar", {"entity": {"width": 2}}, {"time2vec": {"width": 8}},
        {"encoder": {"layers": 1, "heads": 2, "feed_forward": 5}},
        {"state-decoder": {"heads": 2, "feed_forward": 5}}]}}]
        """#, pastCalendar, entities, calendar),
      quantiles, ascending, residual, deviations, classes,
    ]

  private init(name: String, _ text: String, _ inputs: Input...) {
    self.init(name: name, blocks: (try? JSON(parsing: text)) ?? .null)
    self.inputs += inputs
  }

  init(name: String, blocks: JSON, window: WindowShape? = nil) {
    self.name = name
    self.blocks = blocks
    if let window { self.window = window }
  }

  /// With quantiles that cannot cross.
  private static var ascending: ExportedNetwork {
    var network = ExportedNetwork(
      name: "ascending",
      #"["targets", {"channels": {"blocks": [{"head": {"outputs": 3, "ordered": true}}]}}]"#)
    network.window.reading = .quantiles([0.1, 0.5, 0.9])
    network.output.append("3")
    return network
  }

  /// Decoders that feed back one of several numbers, with the value before on top of all, or of that one.
  private static var residual: ExportedNetwork {
    var network = decoder(name: "decoder of quantiles", outputs: 3)
    network.window.reading = .quantiles([0.1, 0.5, 0.9])
    return network
  }

  private static var deviations: ExportedNetwork {
    var network = decoder(name: "decoder of deviations", outputs: 2)
    network.window.reading = .gaussian
    return network
  }

  private static func decoder(name: String, outputs: Int) -> ExportedNetwork {
    var network = ExportedNetwork(
      name: name,
      """
      [{"gru": {"width": 4, "gives": "all"}}, {"recurrent-decoder": {"width": 4, "heads": 2, "residual": true,
      "outputs": \(outputs)}}]
      """, calendar)
    network.output.append(String(outputs))
    return network
  }

  private static var quantiles: ExportedNetwork {
    var network = ExportedNetwork(
      name: "quantiles",
      blocks: [
        "targets",
        [
          "normalize": [
            "by": "instance", "blocks": [["channels": ["blocks": [["head": ["outputs": 3]]]]]],
          ]
        ],
      ])
    network.window.reading = .quantiles([0.1, 0.5, 0.9])
    network.output.append("3")
    return network
  }

  private static var classes: ExportedNetwork {
    var network = ExportedNetwork(name: "classes", blocks: ["flatten", ["head": ["outputs": 5]]])
    network.window = WindowShape(
      lookback: 8, horizon: 1, features: 3, targetColumns: [], labels: 1, entities: 4, reading: .classes(5))
    network.output = ["N", "1", "1", "5"]
    return network
  }
}
