package import Configuration
import Foundation
import Synchronization

/// Variables are set while other tests read theirs.
private let guardian = Mutex<Void>(())

extension ProcessEnvironment {
  /// Sets a variable.
  ///
  /// One that is not there yet gets a place in a new table, and the old one stays: `setenv` would move the table away
  /// from under a test that reads it.
  package static func set(_ name: String, to value: String) {
    guardian.withLock { _ in
      if getenv(name) == nil { extend(by: strdup("\(name)=\(value)")) }
      setenv(name, value, 1)
    }
  }

  private static func extend(by variable: UnsafeMutablePointer<CChar>?) {
    var count = 0
    while environ[count] != nil { count += 1 }
    let table = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: count + 2)
    for place in 0..<count { table[place] = environ[place] }
    table[count] = variable
    table[count + 1] = nil
    // Swift may read `environ` only; its symbol is where it lies.
    guard let symbol = dlsym(nil, "environ") else { return }
    symbol.storeBytes(of: table, as: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.self)
  }
}
