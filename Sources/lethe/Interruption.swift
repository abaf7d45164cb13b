internal import Foundation
internal import Synchronization

/// Requests to stop: Ctrl-C of the user, or a signal of a scheduler.
///
/// One thread takes the signals that come from outside. All other threads block them, as each thread inherits this
/// from the one that starts it. So no handler ever runs on a thread that computes: oneDNN's matrix products for AVX2
/// move the stack pointer into the heap, where the frame of a handler would overwrite the memory before it.
enum Interruption {
  /// Signals that ask the process to stop. All other signals keep their default action.
  private static let requests = [SIGINT, SIGTERM]
  /// Signals that a thread causes itself. They are never blocked, as that thread must get them.
  private static let ownFaults = [
    SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS, SIGPIPE, SIGXFSZ,
  ]
  private static let requested = Atomic(false)
  /// Seconds that stopping may take; 0 until `watch` is called.
  private static let patience = Atomic(0)
  private static let listener = Atomic<pthread_t>(0)

  /// True once a request to stop has come.
  static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// Lets requests set `isRequested`; until this call they end the process.
  ///
  /// A second request ends the process at once. So does the end of the given time after the first one, as a
  /// computation may never return.
  static func watch(patience seconds: Int) { patience.store(seconds, ordering: .relaxed) }

  /// Blocks signals in this thread, in those that it will start, and in the program that replaces this one.
  /// Must be called before any other thread starts.
  static func blockSignals() {
    var signals = sigset_t()
    sigfillset(&signals)
    for number in ownFaults { sigdelset(&signals, number) }
    pthread_sigmask(SIG_SETMASK, &signals, nil)
  }

  /// Starts the thread that takes signals.
  static func listen() {
    // Computed here, as the thread that takes signals must not wait for another thread to compute it.
    _ = Console.isTerminal
    // Signals that the parent process made this one ignore: they stay ignored until `watch` is called.
    let ignored = requests.filter {
      var action = sigaction()
      sigaction($0, nil, &action)
      return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }
    let thread = Thread {
      listener.store(pthread_self(), ordering: .relaxed)
      for number in requests { passOn(number) }
      takeRequests(ignored: ignored)
    }
    thread.start()
  }

  /// Installs a handler that passes a request on to the listener, for threads of libraries that do not block
  /// it. It runs on the thread's alternate stack, if the thread has one.
  private static func passOn(_ number: Int32) {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { number in
      pthread_kill(Interruption.listener.load(ordering: .relaxed), number)
    }
    action.sa_flags = Int32(SA_ONSTACK | SA_RESTART)
    sigaction(number, &action, nil)
  }

  private static func takeRequests(ignored: [Int32]) -> Never {
    var taken = sigset_t()
    sigemptyset(&taken)
    for number in requests { sigaddset(&taken, number) }
    pthread_sigmask(SIG_SETMASK, &taken, nil)
    var end: ContinuousClock.Instant?
    while true {
      var pause = timespec(tv_sec: 1, tv_nsec: 0)
      let number = end == nil ? sigwaitinfo(&taken, nil) : sigtimedwait(&taken, nil, &pause)
      if let end, .now >= end { giveUp() }
      guard number > 0 else { continue }
      let seconds = patience.load(ordering: .relaxed)
      if seconds > 0 {
        if requested.exchange(true, ordering: .relaxed) { _exit(128 + number) }
        say("stopping; a second time ends at once\n")
        end = .now + .seconds(seconds)
      } else if !ignored.contains(number) {
        endByDefault(number)
      }
    }
  }

  private static func endByDefault(_ number: Int32) {
    signal(number, SIG_DFL)
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, number)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    raise(number)
  }

  /// Ends the process without waiting for other threads, which may hold any lock. Files on the disk are whole.
  private static func giveUp() -> Never {
    say(
      "error: not stopped after \(patience.load(ordering: .relaxed)) s; the same command goes on from the last checkpoint\n"
    )
    _exit(1)
  }

  /// Writes to standard error without a lock. The text is lost where standard error cannot take it at once.
  private static func say(_ text: String) {
    let text = (Console.isTerminal ? "\r\u{1B}[K" : "") + text
    var errors = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
    if poll(&errors, 1, 0) == 1 { _ = text.withCString { write(STDERR_FILENO, $0, strlen($0)) } }
  }
}
