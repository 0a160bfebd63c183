package io.doorbuster.sale;

import java.time.Duration;

/**
 * Which PostgreSQL to use, and how.
 *
 * @param url {@code jdbc:postgresql://host/database}
 * @param connections of this process, half of them for writing
 * @param allowUnsafe whether a server that can lose a commit is taken all the same
 * @param patience how long to wait for a connection or a lock; longer is an outage
 */
public record PostgresOptions(
    String url,
    String user,
    String password,
    int connections,
    boolean allowUnsafe,
    Duration patience) {
  /** As long as a request may wait in this process for the one writer of SQLite. */
  public static final Duration PATIENCE = Duration.ofSeconds(5);

  public PostgresOptions {
    if (connections < 2) {
      throw new IllegalArgumentException("one connection to write and one to read");
    }
  }

  /** The server and the database, without what stands behind a question mark: a password, say. */
  String place() {
    int question = url.indexOf('?');
    return question < 0 ? url : url.substring(0, question);
  }

  @Override
  public String toString() {
    return place() + " as " + user;
  }
}
