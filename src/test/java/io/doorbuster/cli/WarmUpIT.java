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
    try (RealServer server = launch("6s")) {
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
      assertThat(server.log()).contains("warming up for 6 s").doesNotContain("not warmed up");
      assertThat(server.log())
          .contains("admitted=", "waiting=", "too-fast=", "sold-out=", "unauthenticated=")
          .contains("invalid=", "not-found=", "not-released=", "already-ordered=");
      assertThat(shadow()).doesNotExist();
      server.terminate();
    }
  }

  @Test
  void terminate_duringTheWarmUp_endsInTime() throws Exception {
    try (RealServer server = launch("60s")) {
      await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(shadow()));
      assertThat(server.terminate()).isLessThan(Duration.ofSeconds(10));
      assertThat(server.log()).doesNotContain("not warmed up", "Exception");
    }
  }

  @Test
  void start_afterAKillDuringTheWarmUp_takesAwayWhatItLeft() throws Exception {
    try (RealServer server = launch("60s")) {
      await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(shadow()));
      server.kill();
      assertThat(shadow()).exists();
    }
    try (RealServer server = launch("0s")) {
      server.awaitReady();
      assertThat(shadow()).doesNotExist();
    }
  }

  /** The warm-up's own data. */
  private Path shadow() {
    return folder.resolve("data").resolve("warm-up");
  }
}
