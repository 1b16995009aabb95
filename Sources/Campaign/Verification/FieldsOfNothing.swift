import Agents
import Fields
import Laws
import Vocabulary

/// A grid that carries one empty factor, without contacts between cells.
struct FieldsOfNothing {
  /// The fields.
  var stack: FieldStack
  /// The contacts.
  var contacts: GridContacts

  /// Those of a grid.
  init(_ shape: GridShape) {
    stack = FieldStack(shape: shape, factors: [VerificationLaws.factor("a")])
    contacts = GridContacts(
      Contact(),
      on: shape,
      isPlane: false,
      contacts: [],
      killers: []
    )
  }
}
