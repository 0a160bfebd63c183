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
   */
  record Result(String name, double ratio, double goal, List<String> details) {
    public Result {
      details = List.copyOf(details);
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
