package io.doorbuster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doorbuster.drill.servers.RedisServer;
import io.doorbuster.sale.PostgresServer;
import io.doorbuster.sale.PostgresServer.Version;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A preflight of the program over a real Redis and a real PostgreSQL, which fail in turn. */
@Tag("redis")
final class PreflightOnServersIT {
  private static final String TOKEN = "an operator's token";

  /** Of a preflight whose stores are away. */
  private static final Duration BOUND = Duration.ofSeconds(40);

  @TempDir private Path folder;

  private String sale = "lamps";

  private record Ran(int exit, String out) {
    String line(String check) {
      return out.lines()
          .filter(line -> line.substring(Math.min(line.length(), 13)).startsWith(check))
          .findFirst()
          .orElseThrow(() -> new AssertionError(check + " in\n" + out));
    }
  }

  private Ran preflight(RealServer server, String... more) throws Exception {
    Path token = Files.writeString(folder.resolve("token"), TOKEN);
    List<String> words = new ArrayList<>(List.of("sale", "preflight", sale));
    words.addAll(List.of("--admin", server.adminAddress(), "--token-file", token.toString()));
    words.addAll(List.of(more));
    StringWriter out = new StringWriter();
    PrintWriter both = new PrintWriter(out, true);
    int exit =
        Main.commandLine("sale").setOut(both).setErr(both).execute(words.toArray(String[]::new));
    return new Ran(exit, out.toString());
  }

  private void publish(RealServer server, int opensInSeconds) {
    Instant opensAt = Instant.now().plusSeconds(opensInSeconds);
    String yaml =
        """
        id: %s
        title: Lamps
        currency: EUR
        opensAt: %s
        closesAt: %s
        release: {wave: 10, every: 5s}
        payWithin: 5m
        test: true
        skus: [{id: %s, name: Lamp, price: 19.90, units: 200}]
        """
            .formatted(sale, opensAt, opensAt.plusSeconds(3_600), sale);
    server.admin("POST", "/admin/api/sales", yaml);
    assertThat(server.admin("POST", "/admin/api/sales/" + sale + "/publish", "").getString("phase"))
        .isEqualTo("PUBLISHED");
  }

  @Test
  void preflight_overServers_tellsOfEachThatIsWeakOrAway() throws Exception {
    try (PostgresServer postgres = new PostgresServer(Version.NEWEST);
        RedisServer redis = RedisServer.start(folder.resolve("redis"))) {
      postgres.run("CREATE DATABASE flying");
      Files.writeString(
          folder.resolve("doorbuster.yaml"),
          """
          redis: {nodes: "127.0.0.1:%d"}
          store: {url: '%s', user: postgres, password: any}
          """
              .formatted(redis.port(), postgres.url("flying")));
      Map<String, String> environment = Map.of("DOORBUSTER_ADMIN_TOKEN", TOKEN);
      try (RealServer server = new RealServer(folder, environment)) {
        server.start();
        publish(server, 600);
        Ran good = preflight(server, "--gate", server.adminAddress());
        assertThat(good.exit()).as(good.out()).isZero();
        assertThat(good.line("reservations")).contains("ok", "its log on disk before each answer");
        assertThat(good.line("database")).contains("ok", "PostgreSQL 1", "/flying");
        assertThat(good.line("clock of the database")).contains("ok", " ms (within ", "of Redis");
        assertThat(good.line("gates")).startsWith("not checked").contains("10 s before the start");
        assertThat(good.line("stock")).contains("lamps 200 of 200, all free");
        assertThat(good.line("events")).contains("ok", "no sink is set");
        assertThat(preflight(server).line("gate "))
            .startsWith("not checked")
            .contains("--gate http");

        sale = "lights";
        publish(server, 9);
        await()
            .atMost(Duration.ofSeconds(20))
            .untilAsserted(() -> assertThat(preflight(server).line("gates")).contains("1 shows"));
        sale = "lamps";

        redis.cli("config", "set", "appendfsync", "everysec");
        Ran weak = preflight(server);
        assertThat(weak.exit()).isEqualTo(1);
        assertThat(weak.line("reservations"))
            .contains("RED", "appendfsync is everysec, set it to always");
        redis.cli("config", "set", "appendfsync", "always");

        postgres.stop();
        long startNs = System.nanoTime();
        Ran away = preflight(server);
        assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isLessThan(BOUND);
        assertThat(away.exit()).isEqualTo(1);
        assertThat(away.line("database")).contains("RED", "does not answer", " -> start it");
        assertThat(away.line("stock")).startsWith("not checked");
        postgres.start(Map.of("fsync", "off"));
        await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(
                () ->
                    assertThat(preflight(server).line("database"))
                        .contains("RED", "set fsync = on in postgresql.conf"));
      }
    }
  }
}
