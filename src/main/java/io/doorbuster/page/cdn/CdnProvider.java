package io.doorbuster.page.cdn;

import java.util.List;
import java.util.function.Consumer;

/** Who keeps copies of the published files near the buyers. Calls may take minutes. */
public interface CdnProvider extends AutoCloseable {
  /** What is done with the files. */
  enum Task {
    PREWARM,
    PURGE
  }

  /**
   * What became of a file in one form at one place.
   *
   * @param edge the place, or the provider's name
   * @param form of the content: br, gzip or identity; {@link #ALL} where they go together
   * @param tries that it took
   * @param wrong why it is not as wanted; empty where it is
   */
  record Outcome(String edge, String path, String form, int tries, String wrong) {
    public boolean isRight() {
      return wrong.isEmpty();
    }
  }

  /** Every form of a file at once. */
  String ALL = "all forms";

  /** How many outcomes there are of so many files. */
  int count(Task task, int paths);

  /**
   * Pulls the files in, until each is answered from the cache itself.
   *
   * @param paths such as /s/boots/
   * @param done hears of each, from any thread
   */
  List<Outcome> prewarm(List<String> paths, Consumer<Outcome> done) throws InterruptedException;

  /** Drops the files, so that the next to ask gets what is behind. */
  List<Outcome> purge(List<String> paths, Consumer<Outcome> done) throws InterruptedException;

  default List<Outcome> run(Task task, List<String> paths, Consumer<Outcome> done)
      throws InterruptedException {
    return task == Task.PREWARM ? prewarm(paths, done) : purge(paths, done);
  }

  /** What an operator must know of a result in which nothing is wrong; a line each. */
  default List<String> limits(Task task) {
    return List.of();
  }

  @Override
  void close();
}
