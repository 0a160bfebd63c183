package bench;

import java.util.List;

/** A piece of work done by Doorbuster and, in turn, by an alternative. */
interface Race {
  /** The names of its lines, in the order of its results. */
  List<String> lines();

  List<Result> run(Lab lab) throws Exception;

  /**
   * One line of the report.
   *
   * @param ratio higher is better, whatever is compared
   * @param details what was seen, a sentence each
   * @param profile where the server's CPU went, lines of text; empty where that tells nothing
   */
  record Result(
      String name, double ratio, double goal, List<String> details, List<String> profile) {
    public Result {
      details = List.copyOf(details);
      profile = List.copyOf(profile);
    }

    Result(String name, double ratio, double goal, List<String> details) {
      this(name, ratio, goal, details, List.of());
    }
  }

  /** What a race needs is not on this machine: it is reported as not run. */
  final class CanNotRun extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CanNotRun(String why) {
      super(why);
    }
  }
}
