package io.doorbuster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The warm-up is waited for, and leaves no trace in the books, the counters or the disk. */
final class WarmUpIT {
  @TempDir private Path folder;

  private RealServer launch(String warmUp) throws Exception {
    Files.writeString(folder.resolve("doorbuster.yaml"), "gate: {warmUp: " + warmUp + "}\n");
    RealServer server = new RealServer(folder);
    server.launch();
    return server;
  }

  @AfterEach
  void printLog() throws Exception {
    System.out.println(Files.readString(folder.resolve("server.log")));
  }

  @Test
  void start_withAWarmUp_isReadyAfterItAndClean() throws Exception {
    try (RealServer server = launch("3s")) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> server.admin("GET", "/readyz", "").containsKey("ready"));
      JsonObject early = server.admin("GET", "/readyz", "");
      assertThat(early.getBoolean("ready")).isFalse();
      assertThat(early.getJsonArray("missing")).containsExactly("the warm-up is under way");
      await()
          .atMost(Duration.ofSeconds(40))
          .until(() -> server.admin("GET", "/readyz", "").getBoolean("ready"));
      assertThat(server.admin("GET", "/admin/api/sales", "").getJsonArray("sales")).isEmpty();
      assertThat(server.adminText("/metrics")).doesNotContain("doorbuster_verdicts_total");
      assertThat(server.log()).contains("warming up for 3 s").doesNotContain("not warmed up");
      assertThat(server.log())
          .contains("admitted=", "waiting=", "too-fast=", "sold-out=", "unauthenticated=")
          .contains("invalid=", "not-found=", "not-released=", "already-ordered=");
      assertThat(leftBehind(server)).isZero();
      server.terminate();
    }
  }

  @Test
  void terminate_duringTheWarmUp_endsInTime() throws Exception {
    try (RealServer server = launch("60s")) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> server.admin("GET", "/readyz", "").containsKey("ready"));
      assertThat(server.terminate()).isLessThan(Duration.ofSeconds(10));
      assertThat(leftBehind(server)).isZero();
    }
  }

  private static long leftBehind(RealServer server) throws Exception {
    try (var files = Files.list(server.temporary())) {
      return files.filter(file -> file.toString().contains("doorbuster-warm-up")).count();
    }
  }
}
