private import Glibc

/// The environment of this process.
package enum ProcessEnvironment {
  /// All variables by name; of one that is set twice, the value that `getenv` gives, which is the first.
  package static var all: [String: String] {
    var variables: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      let variable = String(cString: text)
      if let equals = variable.firstIndex(of: "=") {
        let name = String(variable[..<equals])
        if variables[name] == nil { variables[name] = String(variable[variable.index(after: equals)...]) }
      }
      entry += 1
    }
    return variables
  }

  /// The folder in which the process works.
  package static var workingFolder: String? {
    guard let path = getcwd(nil, 0) else { return nil }
    defer { free(path) }
    return String(cString: path)
  }
}
