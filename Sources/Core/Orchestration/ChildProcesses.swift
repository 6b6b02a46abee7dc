private import Artifacts
private import Glibc
private import Synchronization

/// Runs programs as child processes with `posix_spawn`: each in a process group of its own, so that an interruption
/// can be handed on to all of it; without input; its output through pipes.
///
/// A class, because it guards the children that have not ended and the pipes to them.
package final class ChildProcesses: Launcher {
  /// The process groups of all children of this program; a signal's thread hands signals on to them.
  private static let groups = Mutex<Set<Int32>>([])

  private struct Child {
    var output: Int32
    var error: Int32
    var isOpen: Bool { output >= 0 || error >= 0 }
  }

  private var children: [Int32: Child] = [:]
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)

  package init() {}

  /// Hands a signal on to all children.
  package static func forward(signal number: Int32) {
    groups.withLock { for group in $0 { kill(-group, number) } }
  }

  package func signal(_ child: ChildNumber, _ number: Int32) {
    if children[child.value] != nil { kill(-child.value, number) }
  }

  // MARK: Starting

  package func start(_ invocation: Invocation) throws -> ChildNumber {
    let (output, error) = (try Pipe(), try Pipe())
    let child = try Self.groups.withLock { groups in
      let child = try Self.spawn(invocation, output: output.writing, error: error.writing)
      groups.insert(child)
      return child
    }
    children[child] = Child(output: output.takeReading(), error: error.takeReading())
    return ChildNumber(child)
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

    let settings = invocation.environment.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }
    var arguments = ([invocation.program] + invocation.arguments).map { strdup($0) } + [nil]
    var variables = settings.map { strdup($0) } + [nil]
    defer { for pointer in arguments + variables { free(pointer) } }
    var child: pid_t = 0
    let status = posix_spawn(&child, invocation.program, &actions, &attributes, &arguments, &variables)
    guard status == 0 else { throw DiskError.failed("start", invocation.program, status) }
    return child
  }

  // MARK: Waiting

  package func events(withinSeconds: Double?) throws -> [ChildEvent] {
    var polls: [pollfd] = []
    var owners: [(child: Int32, stream: OutputPiece.Stream)] = []
    for (number, child) in children.sorted(by: { $0.key < $1.key }) {
      for (descriptor, stream) in [(child.output, OutputPiece.Stream.output), (child.error, .error)]
      where descriptor >= 0 {
        polls.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
        owners.append((number, stream))
      }
    }
    let milliseconds = withinSeconds.map { Int32(min(max($0 * 1000, 0).rounded(.up), 1e9)) } ?? -1
    let ready = poll(&polls, nfds_t(polls.count), milliseconds)
    guard ready > 0 else { return [] }
    var events: [ChildEvent] = []
    for (place, owner) in zip(polls.indices, owners) where polls[place].revents != 0 {
      events += read(polls[place].fd, owner.stream, of: owner.child)
    }
    for (number, child) in children.sorted(by: { $0.key < $1.key }) where !child.isOpen {
      events.append(.ended(ChildNumber(number), exitCode: reap(number)))
    }
    return events
  }

  private func read(_ descriptor: Int32, _ stream: OutputPiece.Stream, of child: Int32) -> [ChildEvent] {
    let count = Glibc.read(descriptor, &buffer, buffer.count)
    if count > 0 {
      return [.wrote(ChildNumber(child), OutputPiece(stream: stream, bytes: Array(buffer[..<count])))]
    }
    if count < 0, errno == EINTR || errno == EAGAIN { return [] }
    close(descriptor)
    if stream == .output { children[child]?.output = -1 } else { children[child]?.error = -1 }
    return []
  }

  /// Waits for a child that closed its output, which a program does when it ends.
  private func reap(_ child: Int32) -> Int32 {
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 && errno == EINTR {}
    _ = Self.groups.withLock { $0.remove(child) }
    children[child] = nil
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }
}

/// A pipe.
///
/// A class, because it guards both ends until they are closed or taken.
private final class Pipe {
  private var reading: Int32
  let writing: Int32

  init() throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw DiskError.failed("open", "a pipe", errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (reading, writing) = (ends[0], ends[1])
  }

  /// The end to read from, which the caller closes.
  func takeReading() -> Int32 {
    defer { reading = -1 }
    return reading
  }

  deinit {
    close(writing)
    if reading >= 0 { close(reading) }
  }
}
