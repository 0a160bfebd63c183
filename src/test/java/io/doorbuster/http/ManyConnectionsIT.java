package io.doorbuster.http;

import static io.doorbuster.http.Wire.ask;
import static io.doorbuster.http.Wire.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ManyConnectionsIT {
  private static final int IDLE = 10_000;

  /** In a process of their own, since one process may not have so many open files twice. */
  @Test
  void tenThousandIdleConnections_doNotStopOthers() throws Exception {
    Duration patience = Duration.ofSeconds(60);
    Patience patient = new Patience(patience, patience, patience, patience);
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    try (Host host = new Host(15_000, Set.of(), patient)) {
      Process crowd =
          new ProcessBuilder(
                  java.toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Crowd.class.getName(),
                  Integer.toString(host.port),
                  Integer.toString(IDLE))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (BufferedReader said = crowd.inputReader()) {
        assertThat(said.readLine()).isEqualTo("open " + IDLE);
        await().until(() -> host.server.connections() >= IDLE);
        for (int i = 0; i < 20; i++) {
          long start = System.nanoTime();
          assertThat(ask(host.port, get("/hello")).status()).isEqualTo(200);
          assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
        }
        crowd.getOutputStream().close();
        await().atMost(Duration.ofSeconds(20)).until(() -> host.server.connections() == 0);
      } finally {
        crowd.destroyForcibly().waitFor();
      }
    }
  }
}
