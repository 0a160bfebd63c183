package bench;

import java.util.List;
import java.util.Map;

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
   * @param figures of one core, by the names with which {@code doorbuster plan} computes
   */
  record Result(
      String name,
      double ratio,
      double goal,
      List<String> details,
      List<String> profile,
      Map<String, Double> figures) {
    public Result {
      details = List.copyOf(details);
      profile = List.copyOf(profile);
      figures = Map.copyOf(figures);
    }

    Result(String name, double ratio, double goal, List<String> details, List<String> profile) {
      this(name, ratio, goal, details, profile, Map.of());
    }

    Result(String name, double ratio, double goal, List<String> details) {
      this(name, ratio, goal, details, List.of());
    }

    Result with(Map<String, Double> measured) {
      return new Result(name, ratio, goal, details, profile, measured);
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
