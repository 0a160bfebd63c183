package io.doorbuster.cli;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.transport.Transport;
import java.util.List;

/** The threads that read and answer, on the fastest transport that this machine has. */
final class EventLoops {
  /** The one that needs the fewest calls of the kernel comes first. */
  private static final List<Transport> FASTEST_FIRST =
      List.of(Transport.IO_URING, Transport.EPOLL, Transport.NIO);

  private EventLoops() {}

  /**
   * Also puts aside what Vert.x does for every request and nobody here uses.
   *
   * @param wanted a transport's name, or {@code auto} for the fastest
   */
  static Vertx open(String wanted) {
    System.setProperty("vertx.disableMetrics", "true"); // we count by ourselves
    System.setProperty("vertx.disableWebsockets", "true");
    System.setProperty("vertx.disableContextTimings", "true");
    // Nothing is read from the class path by Vert.x, so it needs no folder for copies.
    FileSystemOptions files =
        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);
    return Vertx.builder()
        .with(new VertxOptions().setFileSystemOptions(files))
        .withTransport(choose(wanted))
        .build();
  }

  /** The transport that {@link #open} takes. */
  static Transport choose(String wanted) {
    return FASTEST_FIRST.stream()
        .filter(transport -> transport != null && transport.available())
        .filter(transport -> wanted.equals("auto") || wanted.equals(transport.name()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "http.transport: "
                        + wanted
                        + " is not to be had on this machine; write `http.transport: auto`"));
  }
}
