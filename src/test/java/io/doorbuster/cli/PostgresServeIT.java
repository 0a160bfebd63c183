package io.doorbuster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doorbuster.drill.checker.Books;
import io.doorbuster.drill.checker.BooksReader;
import io.doorbuster.sale.PostgresServer;
import io.doorbuster.sale.PostgresServer.Version;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program over PostgreSQL, from its settings to the audit, killed and started in between. */
final class PostgresServeIT {
  @TempDir private Path folder;

  private void settings(String url) throws Exception {
    String yaml = "store: {url: '%s', user: postgres, password: any}\n".formatted(url);
    Files.writeString(folder.resolve("doorbuster.yaml"), yaml);
  }

  private static String sale(Instant opensAt) {
    return """
        id: lamps
        title: Lamps
        currency: EUR
        opensAt: %s
        closesAt: %s
        release: {wave: 20, every: 200ms, pick: first, returnsEvery: 1s}
        limits: {perBuyer: 1, tryEvery: 10ms, orderEvery: 10m}
        payWithin: 5m
        test: true
        skus: [{id: lamp, name: Lamp, price: 19.90, units: 20}]
        """
        .formatted(opensAt, opensAt.plusSeconds(3_600));
  }

  @Test
  void orders_placedOverPostgres_areThereAfterAKill() throws Exception {
    PostgresServer postgres = PostgresServer.shared(Version.NEWEST);
    postgres.run("DROP DATABASE IF EXISTS serving WITH (FORCE)");
    postgres.run("CREATE DATABASE serving");
    settings(postgres.url("serving"));
    try (RealServer server = new RealServer(folder)) {
      server.start();
      Instant opensAt = Instant.now().plusSeconds(1);
      server.admin("POST", "/admin/api/sales", sale(opensAt));
      server.admin("POST", "/admin/api/sales/lamps/publish", "");
      String pass =
          server
              .admin("POST", "/admin/api/sales/lamps/passes", "{\"buyers\": [\"anna\"]}")
              .getJsonObject("passes")
              .getString("anna");
      await().until(() -> Instant.now().isAfter(opensAt.plusMillis(300)));
      JsonObject asked =
          server.buyers("POST", "/api/sales/lamps/orders", pass, "{\"sku\": \"lamp\"}");
      String order = "/api/orders/" + asked.getString("order");
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> server.buyers("GET", order, pass, "").getString("status").equals("PLACED"));
      server.kill();
      server.start();
      assertThat(server.buyers("GET", order, pass, "").getString("status")).isEqualTo("PLACED");
      assertThat(server.admin("GET", "/admin/api/sales/lamps/audit", "").getBoolean("ok")).isTrue();
      assertThat(Files.notExists(folder.resolve("data").resolve("doorbuster.db"))).isTrue();
    }
    Books books =
        new BooksReader(postgres.url("serving") + "?user=postgres").read("lamps").orElseThrow();
    assertThat(books.orders()).singleElement().extracting("status").isEqualTo("PLACED");
  }

  @Test
  void start_aheadOfItsDatabase_waitsForIt() throws Exception {
    try (PostgresServer late = new PostgresServer(Version.NEWEST);
        RealServer server = new RealServer(folder)) {
      late.run("CREATE DATABASE serving");
      settings(late.url("serving"));
      late.stop();
      server.launch();
      await().atMost(Duration.ofSeconds(30)).until(() -> server.log().contains("trying again"));
      late.start();
      server.awaitReady();
    }
  }

  @Test
  void start_withoutItsDatabase_endsWithASentence() throws Exception {
    settings(PostgresServer.shared(Version.NEWEST).url("nowhere"));
    try (RealServer server = new RealServer(folder)) {
      server.launch();
      await().atMost(Duration.ofSeconds(30)).until(() -> server.log().contains("doorbuster: "));
      assertThat(server.log())
          .contains("doorbuster: there is no such database", "CREATE DATABASE")
          .doesNotContain("\tat ");
    }
  }
}
