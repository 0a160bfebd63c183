package io.doorbuster.drill;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** The server under rehearsal, as something that can be started and killed. */
interface ServerProcess extends AutoCloseable {
  /** Starts it, again on the same ports and data; does not wait until it is ready. */
  void start();

  /** SIGKILL, and waits until the process is gone. */
  void kill();

  /** Why it is not running, or empty. */
  Optional<String> findDeath();

  /** Of the buyers' side: scheme, host and port. */
  URI buyers();

  /** Of the operators' side. */
  URI admin();

  /** The operator's token, as it is now. */
  String token();

  /** The orders' file; empty where it is out of reach. */
  Optional<Path> database();

  /** A file of the server's own folder, where it can be read. */
  Optional<String> findFile(String name);

  /** Stops it for good. */
  @Override
  void close();
}
