extension Section {
  /// The numbers under a key that are given by names of a list; none where the key is not there.
  ///
  /// - Parameters:
  ///   - key: the key.
  ///   - names: the names, in the order in which they are read.
  ///   - read: reads the number of a name in the section of the key.
  /// - Returns: the numbers that are given, by name.
  func numbers(_ key: String, of names: [String], _ read: (Section, String) -> Double)
    -> [String: Double]
  {
    guard has(key) else {
      skip(key)
      return [:]
    }
    return section(key) { list in
      var numbers: [String: Double] = [:]
      for name in names {
        if list.has(name) { numbers[name] = read(list, name) } else { list.skip(name) }
      }
      return numbers
    }
  }
}
