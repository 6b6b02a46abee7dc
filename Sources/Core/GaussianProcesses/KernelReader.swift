/// Reads a kernel's expression: terms of factors, `*` before `+`.
struct KernelReader {
  private(set) var nodes: [Kernel.Node] = []
  private(set) var parameterNames: [String] = []
  private(set) var leafCount = 0
  private let text: String
  private var rest: Substring
  private let lengthsPerLeaf: Int
  private var seen: [String: Int] = [:]

  init(_ text: String, lengthsPerLeaf: Int) {
    self.text = text
    self.lengthsPerLeaf = lengthsPerLeaf
    rest = text[...]
  }

  mutating func read() throws(GaussianProcessError) {
    _ = try sum(depth: 0)
    skipSpace()
    if let next = rest.first { throw problem("has '\(next)' where '+' or '*' could stand") }
  }

  private mutating func sum(depth: Int) throws(GaussianProcessError) -> Int {
    guard depth < 32 else { throw problem("is nested deeper than 32 parentheses") }
    var left = try product(depth)
    while take("+") {
      let right = try product(depth)
      left = add(.sum(left, right))
    }
    return left
  }

  private mutating func product(_ depth: Int) throws(GaussianProcessError) -> Int {
    var left = try factor(depth)
    while take("*") {
      let right = try factor(depth)
      left = add(.product(left, right))
    }
    return left
  }

  private mutating func factor(_ depth: Int) throws(GaussianProcessError) -> Int {
    if take("(") {
      let inner = try sum(depth: depth + 1)
      guard take(")") else { throw problem("lacks a ')'") }
      return inner
    }
    skipSpace()
    let name = String(rest.prefix { !" +*()".contains($0) })
    rest = rest.dropFirst(name.count)
    guard nodes.count < 64 else { throw problem("has more than 64 parts") }
    let number = seen[name, default: 0]
    seen[name] = number + 1
    let first = parameterNames.count
    if name == "scale" {
      parameterNames.append("scale.\(number)")
      return add(.scale(parameter: first))
    }
    guard let form = Kernel.Form(rawValue: name) else {
      let known = (["scale"] + Kernel.Form.allCases.map(\.rawValue)).joined(separator: ", ")
      throw problem(
        name.isEmpty ? "ends where a kernel should stand" : "has no kernel '\(name)'; there are \(known)")
    }
    let base = "\(name).\(number).length"
    parameterNames += lengthsPerLeaf == 1 ? [base] : (0..<lengthsPerLeaf).map { "\(base).\($0)" }
    leafCount += 1
    return add(.stationary(form, first: first, leaf: leafCount - 1))
  }

  private mutating func add(_ node: Kernel.Node) -> Int {
    nodes.append(node)
    return nodes.count - 1
  }

  private mutating func skipSpace() { rest = rest.drop { $0 == " " } }

  private mutating func take(_ sign: Character) -> Bool {
    skipSpace()
    guard rest.first == sign else { return false }
    rest = rest.dropFirst()
    return true
  }

  private func problem(_ text: String) -> GaussianProcessError { .kernel(self.text, problem: text) }
}
