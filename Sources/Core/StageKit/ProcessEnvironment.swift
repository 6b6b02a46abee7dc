private import Glibc

/// The environment of this process.
package enum ProcessEnvironment {
  /// All variables by name.
  package static var all: [String: String] {
    var variables: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      let variable = String(cString: text)
      if let equals = variable.firstIndex(of: "=") {
        variables[String(variable[..<equals])] = String(variable[variable.index(after: equals)...])
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
