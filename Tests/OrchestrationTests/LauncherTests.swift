import Orchestration
import Testing

@Test(arguments: [
  (["--set", "a=b"], "bin/x --set a=b"), (["--set", "a=[1, 2]"], "bin/x --set 'a=[1, 2]'"),
  (["it's"], "bin/x 'it'\\''s'"), ([""], "bin/x ''"),
])
func `A command line can be copied into a shell`(arguments: [String], line: String) {
  #expect(Invocation(program: "bin/x", arguments: arguments).commandLine == line)
}
