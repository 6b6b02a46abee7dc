/// A file, and the entity that its rows belong to.
package struct EntityFile: Sendable, Equatable {
  package var entity: String
  package var path: String

  package init(entity: String, path: String) {
    self.entity = entity
    self.path = path
  }
}
