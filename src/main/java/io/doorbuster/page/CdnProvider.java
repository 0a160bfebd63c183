package io.doorbuster.page;

import java.util.List;
import java.util.function.Consumer;

/** Who keeps copies of the published files near the buyers. Calls may take minutes. */
public interface CdnProvider extends AutoCloseable {
  /**
   * What became of a file in one form at one place.
   *
   * @param form of the content: br, gzip or identity
   * @param tries that it took
   * @param wrong why it is not as wanted; empty where it is
   */
  record Outcome(String edge, String path, String form, int tries, String wrong) {
    public boolean isRight() {
      return wrong.isEmpty();
    }
  }

  /** How many outcomes there are of so many files. */
  int count(int paths);

  /**
   * Pulls the files in, until each is answered from the cache itself.
   *
   * @param paths such as /s/boots/
   * @param done hears of each, from any thread
   */
  List<Outcome> prewarm(List<String> paths, Consumer<Outcome> done) throws InterruptedException;

  /** Drops the files, so that the next to ask gets what is behind. */
  List<Outcome> purge(List<String> paths, Consumer<Outcome> done) throws InterruptedException;

  @Override
  void close();
}
