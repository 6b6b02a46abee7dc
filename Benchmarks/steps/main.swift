import Glibc
import Networks
import Numerics
import Tensors

struct MSE: Operation {
  let count: Int
  let total: Int
  var name: String { "mse" }
  var output: Shape { [1] }
  func forward(_ f: Frame) {
    var s: Float = 0
    for i in 0..<count { let e = f.input(0)[i] - f.input(1)[i]; s += e * e }
    f.output[0] = s / Float(total)
  }
  func backward(_ f: Frame) {
    guard let g = f.gradient(0) else { return }
    let k = 2 / Float(total) * f.outputGradient[0]
    for i in 0..<count { g[i] = k * (f.input(0)[i] - f.input(1)[i]) }
  }
  func reference(_ i: [[Double]]) -> [Double] { [0] }
}
func linear(_ g: inout Graph, _ x: Node, _ n: String, _ w: Int, _ a: Activation = .identity) throws -> Node {
  let W = g.parameter(n + ".w", [x.shape.last, w], .inverseRoot(of: x.shape.last))
  let b = g.parameter(n + ".b", [w], .inverseRoot(of: x.shape.last))
  return try g.linear(x, weight: W, bias: b, activation: a)
}
func norm(_ g: inout Graph, _ x: Node, _ n: String) throws -> Node {
  try g.layerNorm(
    x, scale: g.parameter(n + ".s", [x.shape.last], .constant(1)),
    shift: g.parameter(n + ".h", [x.shape.last], .constant(0)))
}
func encoder(_ g: inout Graph, _ x: Node, _ layers: Int, _ heads: Int, _ ff: Int, post: Bool) throws -> Node {
  var h = x
  for l in 0..<layers {
    let a = try linear(&g, try linear0(&g, h, l, heads, post), "o\(l)", x.shape.last)
    h = try g.add(h, a)
    if post { h = try norm(&g, h, "n\(l)") }
    let z = post ? h : try norm(&g, h, "m\(l)")
    let f = try linear(&g, try linear(&g, z, "f\(l)", ff, .gelu), "g\(l)", x.shape.last)
    h = try g.add(h, f)
    if post { h = try norm(&g, h, "k\(l)") }
  }
  return h
}
func linear0(_ g: inout Graph, _ h: Node, _ l: Int, _ heads: Int, _ post: Bool) throws -> Node {
  let z = post ? h : try norm(&g, h, "n\(l)")
  return try g.attention(try linear(&g, z, "q\(l)", 3 * h.shape.last), heads: heads)
}
struct Model {
  var batch: Int; var x: [Int]; var y: [Int]; var build: (inout Graph, Node, Int) throws -> Node
}
nonisolated(unsafe) let models: [String: Model] = [
  "mlp": Model(batch: 32, x: [64], y: [1]) { g, x, _ in
    try linear(&g, try linear(&g, try linear(&g, x, "a", 32, .relu), "b", 32, .relu), "c", 1)
  },
  "mlp512": Model(batch: 64, x: [64], y: [1]) { g, x, _ in
    try linear(&g, try linear(&g, try linear(&g, x, "a", 512, .relu), "b", 64, .relu), "c", 1)
  },
  "nbeats256": Model(batch: 256, x: [60], y: [12]) { g, x, _ in try nbeats(&g, x, 10, 256) },
  "nbeats512": Model(batch: 256, x: [60], y: [12]) { g, x, _ in try nbeats(&g, x, 8, 512) },
  "lstm": Model(batch: 64, x: [48, 8], y: [1]) { g, x, _ in
    let w = g.parameter("w", [72, 256], .inverseRoot(of: 64)),
      b = g.parameter("b", [256], .inverseRoot(of: 64))
    return try linear(&g, try g.lstm(x, weight: w, bias: b, givesAll: false), "o", 1)
  },
  "gru": Model(batch: 128, x: [48, 8], y: [1]) { g, x, _ in
    var h = x
    for l in 0..<2 {
      let w = g.parameter("w\(l)", [h.shape.last, 192], .inverseRoot(of: 64)),
        u = g.parameter("u\(l)", [64, 192], .inverseRoot(of: 64)),
        b = g.parameter("b\(l)", [256], .inverseRoot(of: 64))
      h = try g.gru(h, inputWeight: w, stateWeight: u, bias: b, givesAll: l == 0)
    }
    return try linear(&g, h, "o", 1)
  },
  "encoder": Model(batch: 64, x: [48, 8], y: [1]) { g, x, _ in
    let e = try g.add(try linear(&g, x, "i", 128), g.parameter("p", [48, 128], .normal(deviation: 0.02)))
    return try linear(&g, try g.mean(try encoder(&g, e, 2, 4, 512, post: false), axis: 1), "o", 1)
  },
  "patchtst": Model(batch: 128, x: [336, 7], y: [96, 7]) { g, x, s in
    let t = try g.reshape(try g.exchange(x, axis: 1, axis: 2), [s * 7, 336])
    let p = try linear(&g, try g.patches(t, length: 16, stride: 8, padding: 8), "i", 16)
    let e = try g.add(p, g.parameter("p", [42, 16], .normal(deviation: 0.02)))
    let h = try encoder(&g, e, 3, 4, 128, post: true)
    let o = try linear(&g, try g.reshape(h, [s * 7, 42 * 16]), "o", 96)
    return try g.exchange(try g.reshape(o, [s, 7, 96]), axis: 1, axis: 2)
  },
]
func nbeats(_ g: inout Graph, _ x: Node, _ blocks: Int, _ width: Int) throws -> Node {
  var rest = x
  var f: Node?
  for b in 0..<blocks {
    var h = rest
    for l in 0..<4 { h = try linear(&g, h, "\(b).\(l)", width, .relu) }
    let o = try linear(&g, h, "\(b).o", 72)
    f = try g.addForecast(f, from: o, horizon: 12)
    if b < blocks - 1 { rest = try g.subtractBackcast(rest, from: o) }
  }
  return f!
}
final class Random: BatchSource {
  let x: [Float], y: [Float]
  let xs: Int, ys: Int
  init(_ batch: Int, _ xs: Int, _ ys: Int) {
    let stream = RandomStream(seed: 1, purpose: "data")
    x = (0..<(batch * xs)).map { Float(stream.uniform(at: $0) - 0.5) }
    y = (0..<(batch * ys)).map { Float(stream.uniform(at: $0 + 1_000_000) - 0.5) }
    (self.xs, self.ys) = (xs, ys)
  }
  func load(_ lane: Lane, from first: Int, count: Int) {
    x.withUnsafeBufferPointer {
      lane.input(.features)!.update(from: $0.baseAddress! + first * xs, count: count * xs)
    }
    y.withUnsafeBufferPointer {
      lane.input(.targets)!.update(from: $0.baseAddress! + first * ys, count: count * ys)
    }
  }
  func look(at lane: Lane, number: Int, from first: Int, count: Int) {}
}
func main() throws {
  let name = CommandLine.arguments[1]
  let threads = Int(CommandLine.arguments[2])!
  let seconds = CommandLine.arguments.count > 3 ? Double(CommandLine.arguments[3])! : 2
  let model = models[name]!
  let forcedLanes = getenv("LANES").flatMap { Int(String(cString: $0)) }
  let forcedSlice = getenv("SLICE").flatMap { Int(String(cString: $0)) }
  func plan(_ samples: Int) throws -> Plan {
    var g = Graph(samples: samples)
    let x = try g.input(.features, Shape([samples] + model.x))
    let r = try model.build(&g, x, samples)
    let y = try g.input(.targets, Shape([samples] + model.y))
    let l = g.record(MSE(count: r.shape.count, total: r.shape.count / samples * model.batch), [r, y])
    return Plan(g, result: r, loss: l)
  }
  let one = try plan(1), two = try plan(2)
  var cut = BatchCut(
    batch: model.batch, lanes: forcedLanes, arenaPerSample: two.arenaCount - one.arenaCount,
    parameters: one.parameterBufferCount, workPerSample: one.work, isWhole: false)
  if let s = forcedSlice {
    cut = BatchCut(lanes: cut.lanes, slicesPerLane: model.batch / cut.lanes / s, samplesPerSlice: s)
  }
  let xs = model.x.reduce(1, *), ys = model.y.reduce(1, *)
  let step = TrainingStep(
    try plan(cut.samplesPerSlice), cut: cut,
    optimizer: Optimizer(
      .adam(first: 0.9, second: 0.999, epsilon: 1e-8, keepsGreatest: false, decouplesDecay: false)),
    clip: nil, seed: 1, team: Team(threads: min(threads, cut.lanes)), source: Random(model.batch, xs, ys))
  var number = 0
  @inline(__always) func go() -> Float {
    number += 1
    return step.run(step: number - 1, rate: 1e-3)
  }
  func now() -> Double {
    var t = timespec(); clock_gettime(CLOCK_MONOTONIC, &t); return Double(t.tv_sec) + Double(t.tv_nsec) * 1e-9
  }
  let l0 = go()
  for _ in 0..<3 { _ = go() }
  var t = now(); _ = go(); let d = now() - t
  let inner = max(1, Int(0.01 / d))
  var v: [Double] = []
  let start = now()
  var l1: Float = 0
  while now() - start < seconds || v.count < 7 {
    t = now()
    for _ in 0..<inner { l1 = go() }
    v.append((now() - t) / Double(inner))
  }
  v.sort()
  print(
    "\(name) t\(threads) lanes \(cut.lanes) slices \(cut.slicesPerLane)x\(cut.samplesPerSlice) arena/sample \(two.arenaCount - one.arenaCount) median \(v[v.count / 2] * 1e6) min \(v[0] * 1e6) loss \(l0) → \(l1)"
  )
}
try main()
