package io.doorbuster.drill;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/** The server under rehearsal, as something that can be started and killed. */
interface ServerProcess extends AutoCloseable {
  /**
   * Starts what of it does not run, again on the same ports and data; does not wait until it is
   * ready.
   */
  void start();

  /** SIGKILL to a process of it, and waits until that is gone. */
  void kill();

  /** Why it is not running, or empty. */
  Optional<String> findDeath();

  /** In a few words, for a person. */
  String describe();

  /** Of the buyers' side: scheme, host and port, of each gate. */
  List<URI> buyers();

  /** Of the operators' side. */
  URI admin();

  /** The same of every process, each of which has its own readiness and figures. */
  default List<URI> operators() {
    return List.of(admin());
  }

  /** The operator's token, as it is now. */
  String token();

  /** Where the orders are, by JDBC; empty where that is out of reach. */
  Optional<String> books();

  /** A file of the server's own folder, where it can be read. */
  Optional<String> findFile(String name);

  /** What of events has arrived at the sink, each as JSON; empty where that is out of reach. */
  default Optional<List<String>> events() {
    return Optional.empty();
  }

  /** Stops it for good. */
  @Override
  void close();
}
