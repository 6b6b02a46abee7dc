/// The messages of an ONNX file: a graph of named values, and the operators between them.
///
/// Only what is written here, and nothing of networks. The field numbers and the meaning of each message:
/// https://github.com/onnx/onnx/blob/main/onnx/onnx.proto; the operators: https://onnx.ai/onnx/operators/.
package enum ONNX {
  /// The version of the operators: 17 is the first with layer normalisation.
  package static let operatorSet = 17
  /// The version of the format that came with that operator set.
  package static let formatVersion = 8

  package enum ElementType: Int, Sendable {
    case float = 1
    case int64 = 7
    case bool = 9
    case double = 11
  }

  /// The length of an axis of an input or output.
  package enum Dimension: Sendable, Equatable {
    case fixed(Int)
    /// Any length, the same wherever the name stands.
    case symbol(String)
  }

  /// The elements of an array, row after row.
  package enum Elements: Sendable, Equatable {
    case floats([Float])
    case doubles([Double])
    case integers([Int64])

    package var type: ElementType {
      switch self {
      case .floats: .float
      case .doubles: .double
      case .integers: .int64
      }
    }

    package var count: Int {
      switch self {
      case .floats(let elements): elements.count
      case .doubles(let elements): elements.count
      case .integers(let elements): elements.count
      }
    }
  }

  /// A value that is known: an initializer.
  package struct Tensor: Sendable, Equatable {
    package let name: String
    package let shape: [Int]
    package let elements: Elements

    package init(name: String, shape: [Int], elements: Elements) {
      precondition(elements.count == shape.reduce(1, *), "\(elements.count) elements do not fill \(shape)")
      self.name = name
      self.shape = shape
      self.elements = elements
    }
  }

  /// What comes in or goes out.
  package struct Port: Sendable, Equatable {
    package let name: String
    package let type: ElementType
    package let shape: [Dimension]
    /// What its numbers mean.
    package var note: String

    package init(_ name: String, _ type: ElementType, _ shape: [Dimension], note: String = "") {
      self.name = name
      self.type = type
      self.shape = shape
      self.note = note
    }
  }

  package enum Attribute: Sendable, Equatable {
    case number(Float)
    case integer(Int)
    case text(String)
    case integers([Int])
  }

  package struct NamedAttribute: Sendable, Equatable {
    package let name: String
    package let value: Attribute
  }

  /// One application of an operator.
  package struct Node: Sendable, Equatable {
    package let name: String
    package let type: String
    /// The names of its operands; an empty one for an operand that is left out.
    package let inputs: [String]
    package let outputs: [String]
    package let attributes: [NamedAttribute]
  }

  /// Nodes in an order in which each stands behind those that it needs.
  package struct Graph: Sendable, Equatable {
    package var name: String
    package var inputs: [Port]
    package var outputs: [Port]
    package var tensors: [Tensor]
    package var nodes: [Node]
  }

  package struct Property: Sendable, Equatable {
    package let key: String
    package let value: String

    package init(_ key: String, _ value: String) {
      self.key = key
      self.value = value
    }
  }

  package struct Model: Sendable, Equatable {
    package var graph: Graph
    package var producer: String
    /// What a person should know first.
    package var note: String
    /// What a reader of the file can ask for by name.
    package var properties: [Property]

    package init(graph: Graph, producer: String, note: String, properties: [Property]) {
      self.graph = graph
      self.producer = producer
      self.note = note
      self.properties = properties
    }
  }
}
