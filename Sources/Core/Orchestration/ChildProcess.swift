private import Artifacts
private import Glibc
private import Synchronization

/// Runs programs as child processes with `posix_spawn`: a process group of its own, so that an interruption can be
/// handed on to all of it; no input; output through pipes.
package struct ChildProcess: Launcher {
  /// The process group of the child that runs now; 0 when none does.
  private static let running = Atomic<Int32>(0)

  package init() {}

  /// Hands a signal on to the child that runs now.
  package static func forward(signal number: Int32) {
    let group = running.load(ordering: .acquiring)
    if group > 0 { kill(-group, number) }
  }

  package func run(_ invocation: Invocation, receive: (OutputPiece) -> Void) throws -> Int32 {
    let (output, error) = (try Pipe(), try Pipe())
    let child = try Self.spawn(invocation, output: output.writing, error: error.writing)
    Self.running.store(child, ordering: .releasing)
    defer { Self.running.store(0, ordering: .releasing) }
    output.closeWriting()
    error.closeWriting()
    Self.drain(output.reading, error.reading, receive)
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 && errno == EINTR {}
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }

  private static func spawn(_ invocation: Invocation, output: Int32, error: Int32) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, error, STDERR_FILENO)

    // The orchestrator blocks the signals it waits for, and ignores SIGPIPE; a child starts like any other.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var pipe = sigset_t()
    sigemptyset(&pipe)
    sigaddset(&pipe, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &pipe)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var arguments = ([invocation.program] + invocation.arguments).map { strdup($0) } + [nil]
    var variables = environment(with: invocation.environment).map { strdup($0) } + [nil]
    defer { for pointer in arguments + variables { free(pointer) } }
    var child: pid_t = 0
    let status = posix_spawn(&child, invocation.program, &actions, &attributes, &arguments, &variables)
    guard status == 0 else { throw DiskError.failed("start", invocation.program, status) }
    return child
  }

  private static func environment(with additions: [String: String]) -> [String] {
    var variables: [String] = []
    var entry = environ
    while let text = entry.pointee {
      let variable = String(cString: text)
      let name = String(variable.prefix { $0 != "=" })
      if additions[name] == nil { variables.append(variable) }
      entry += 1
    }
    return variables + additions.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }
  }

  /// Reads both pipes until both are closed.
  private static func drain(_ output: Int32, _ error: Int32, _ receive: (OutputPiece) -> Void) {
    var polls = [
      pollfd(fd: output, events: Int16(POLLIN), revents: 0),
      pollfd(fd: error, events: Int16(POLLIN), revents: 0),
    ]
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while polls.contains(where: { $0.fd >= 0 }) {
      guard poll(&polls, nfds_t(polls.count), -1) >= 0 else { continue }
      for index in polls.indices where polls[index].fd >= 0 && polls[index].revents != 0 {
        let count = read(polls[index].fd, &buffer, buffer.count)
        if count > 0 {
          receive(OutputPiece(stream: index == 0 ? .output : .error, bytes: Array(buffer[..<count])))
        } else if count == 0 || errno != EINTR {
          polls[index].fd = -1
        }
      }
    }
  }
}

/// A pipe.
///
/// A class, because it guards both ends until they are closed.
private final class Pipe {
  private(set) var reading: Int32 = -1
  private(set) var writing: Int32 = -1

  init() throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw DiskError.failed("open", "a pipe", errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (reading, writing) = (ends[0], ends[1])
  }

  func closeWriting() {
    if writing >= 0 { close(writing) }
    writing = -1
  }

  deinit {
    closeWriting()
    close(reading)
  }
}
