internal import Tensors

/// How recurrent layers lay their inputs and states out: by time, then sample, the input beside the state before.
struct RecurrentLayout {
  let samples: Int
  let steps: Int
  let inputs: Int
  let width: Int

  /// Copies x [S, T, F] into [T + 1, S, F + H] and sets the first states to zero.
  func join(_ x: UnsafePointer<Float>, into joined: UnsafeMutablePointer<Float>) {
    let pitch = inputs + width
    for step in 0..<steps {
      for sample in 0..<samples {
        let source = x + (sample * steps + step) * inputs
        let target = joined + (step * samples + sample) * pitch
        for k in 0..<inputs { target[k] = source[k] }
      }
    }
    for sample in 0..<samples { Elements.fill(joined + sample * pitch + inputs, count: width, with: 0) }
  }
}

/// Where recurrent layers give their states: all, [S, T, H], or the last, [S, H].
struct RecurrentOutput {
  let steps: Int
  let width: Int
  let givesAll: Bool

  /// The place of a sample's state behind a step; nil where it is not given.
  @inline(__always)
  func row(of output: UnsafeMutablePointer<Float>, _ step: Int, _ sample: Int) -> UnsafeMutablePointer<Float>?
  {
    if givesAll { return output + (sample * steps + step) * width }
    return step == steps - 1 ? output + sample * width : nil
  }
}

/// How a run of units is read and written: whole registers, and the last, shorter run in another way, so that the
/// whole ones are not asked how many they are.
protocol UnitAccess {
  static func load(_ pointer: UnsafePointer<Float>, _ count: Int) -> Vector8
  static func store(_ vector: Vector8, _ pointer: UnsafeMutablePointer<Float>, _ count: Int)
}

enum WholeUnits: UnitAccess {
  @inline(__always)
  static func load(_ pointer: UnsafePointer<Float>, _ count: Int) -> Vector8 { Vector8(at: pointer) }

  @inline(__always)
  static func store(_ vector: Vector8, _ pointer: UnsafeMutablePointer<Float>, _ count: Int) {
    vector.store(to: pointer)
  }
}

enum LastUnits: UnitAccess {
  @inline(__always)
  static func load(_ pointer: UnsafePointer<Float>, _ count: Int) -> Vector8 {
    Vector8(at: pointer, count: count)
  }

  @inline(__always)
  static func store(_ vector: Vector8, _ pointer: UnsafeMutablePointer<Float>, _ count: Int) {
    vector.store(first: count, to: pointer)
  }
}
