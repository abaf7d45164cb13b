internal import Scores

/// The sets that a control puts in the places of the generated and the held-out one.
private typealias ControlSets = (generated: MeasuredSet, holdout: MeasuredSet?)

/// One run of the metrics over some sets.
struct MetricRun {
  private let reference: ReferenceSets
  private let pool: MembershipPool?
  private let generated: MeasuredSet
  private let seed: UInt64
  private let searched: Int?
  private let threads: Threads

  init(
    _ generated: ExampleSet, beside reference: ReferenceSets, seed: UInt64, searched: Int?,
    testsCopying: Bool, threads: Threads
  ) {
    self.reference = reference
    pool =
      testsCopying
      ? reference.holdout.map {
        MembershipPool(
          all: reference.all.examples, training: reference.originals, holdout: $0,
          threads: threads)
      } : nil
    self.generated = MeasuredSet(generated)
    (self.seed, self.searched, self.threads) = (seed, searched, threads)
  }

  /// The numbers of different generated and training examples.
  func variety() -> Variety? {
    Variety(of: generated.examples, beside: reference.all.examples, seed: seed)
  }

  /// Makes the measurements that are not known. It takes the generated set and the controls one after
  /// another, so that what is cached for one of them is soon released.
  ///
  /// - Throws: `Stopped`.
  func measurements(
    _ metrics: [any Metric], _ controls: [Control], known: [MetricMeasurement],
    progress: (MetricProgress) -> Void
  ) throws -> [MetricMeasurement] {
    func makers(_ holdout: MeasuredSet?) -> Controls {
      Controls(
        training: reference.originals, holdout: holdout, generated: generated.examples, seed: seed,
        threads: threads)
    }
    var course = MeasuringCourse(metrics, controls, known)
    for role in course.roles {
      let pending = metrics.filter { course.isPending($0, role) }
      guard !pending.isEmpty else { continue }
      // Memorisation is scored with held-out rows that are not training rows.
      let kinds = [false, true].filter { isOfMemorization in
        pending.contains { ($0.aspect == .memorization) == isOfMemorization }
      }
      var sets: [Bool: (whole: ControlSets?, divided: ControlSets?)] = [:]
      for isOfMemorization in kinds {
        let held = isOfMemorization ? reference.unseen : reference.holdout
        if isOfMemorization, held === reference.holdout, let known = sets[false] {
          sets[true] = known
          continue
        }
        let makers = makers(held)
        let whole = try role.map(makers.sets) ?? (generated: generated, holdout: held)
        // Metrics that compare with held-out examples cannot be given the same ones as generated.
        sets[isOfMemorization] = (whole, role == .null ? makers.halvesOfHoldout() : whole)
      }
      for metric in pending {
        progress(course.state(next: metric))
        try threads.check()
        let isOfMemorization = metric.aspect == .memorization
        let made = sets[isOfMemorization]
        let sets = metric.needsHoldout ? made?.divided : made?.whole
        let measurement = try MetricMeasurement(metric.key, role, examples: sets?.generated.count) {
          guard let sets else { throw Unavailable("needs held-out examples") }
          let comparison = Comparison(
            training: metric.leavesOutRepetitions ? reference.originals : reference.all,
            holdout: sets.holdout,
            generated: sets.generated, pool: isOfMemorization && role != .null ? pool : nil,
            seed: seed, searched: searched, threads: threads)
          try metric.needed.check(comparison, needsHoldout: metric.needsHoldout)
          return try metric.score(comparison)
        }
        course.add(measurement)
      }
    }
    progress(course.state(next: nil))
    return course.measurements
  }
}

/// The measurements of a run that were made, and those still to be made.
private struct MeasuringCourse {
  /// The sets that are scored one after another: nil for the generated set, then the controls.
  let roles: [Control?]
  private(set) var measurements: [MetricMeasurement] = []
  private let metrics: [any Metric]
  private var last: MetricMeasurement?

  init(_ metrics: [any Metric], _ controls: [Control], _ known: [MetricMeasurement]) {
    let roles = [Control?.none] + controls
    (self.metrics, self.roles) = (metrics, roles)
    measurements = known.filter { known in
      roles.contains(known.control) && metrics.contains { $0.key == known.metric }
    }
  }

  func isPending(_ metric: any Metric, _ role: Control?) -> Bool {
    !measurements.contains { $0.metric == metric.key && $0.control == role }
  }

  mutating func add(_ measurement: MetricMeasurement) {
    measurements.append(measurement)
    last = measurement
  }

  /// The progress before a metric, or at the end.
  func state(next: (any Metric)?) -> MetricProgress {
    MetricProgress(
      done: measurements.count, total: metrics.count * roles.count, measured: last,
      next: next?.key, secondsLeft: secondsLeft)
  }

  private var secondsLeft: Double? {
    guard !measurements.isEmpty else { return nil }
    let times = Dictionary(grouping: measurements, by: \.metric).mapValues { done in
      (
        mean: done.reduce(0) { $0 + $1.seconds } / Double(done.count),
        left: roles.count - done.count
      )
    }
    let average = times.values.reduce(0) { $0 + $1.mean } / Double(times.count)
    let begun = times.values.reduce(0) { $0 + $1.mean * Double($1.left) }
    return begun + average * Double((metrics.count - times.count) * roles.count)
  }
}
