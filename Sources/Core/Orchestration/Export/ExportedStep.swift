package import Configuration

/// A step as an export needs it: what it is, and the command line that runs it.
package struct ExportedStep: Sendable {
  package let step: PipelineFile.Step
  /// The program and its arguments.
  package let command: [String]
  /// Variables that it cannot do without, such as an account's token.
  package let secretVariables: [String]
  package let threads: Int

  package init(step: PipelineFile.Step, command: [String], secretVariables: [String], threads: Int) {
    self.step = step
    self.command = command
    self.secretVariables = secretVariables
    self.threads = threads
  }
}
