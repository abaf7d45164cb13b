internal import Records

extension Figures {
  /// The programs, machines and data behind the trials: each fact by name, with every value that occurs.
  var origins: [(name: String, values: [String])] {
    let statuses = trials.compactMap(\.status)
    var facts: [(name: String, values: [String])] = []
    func add(_ name: String, _ value: String) {
      guard let index = facts.firstIndex(where: { $0.name == name }) else {
        return facts.append((name, [value]))
      }
      if !facts[index].values.contains(value) { facts[index].values.append(value) }
    }
    for maker in statuses.flatMap(\.allMadeBy) { maker.facts.forEach(add) }
    for status in statuses {
      for (set, hash) in (status.data ?? [:]).sorted(by: { $0.key < $1.key }) {
        add("data: \(set)", hash)
      }
    }
    return facts
  }

  /// How many trials, those of candidates among them, say how long they took, and their wall-clock minutes times threads; nil where
  /// none does.
  var cost: (trials: Int, minutes: Double)? {
    let seconds = (trials + (tuning?.trials ?? [])).compactMap(\.status).map { status in
      status.seconds * Double(status.machine?.threads ?? 1)
    }
    return seconds.isEmpty ? nil : (seconds.count, seconds.reduce(0, +) / 60)
  }
}
