extension String {
  /// Cut where nobody would read on: a whole network is a thousand characters.
  package var brief: String { count > 60 ? prefix(48) + " …" : self }
}
