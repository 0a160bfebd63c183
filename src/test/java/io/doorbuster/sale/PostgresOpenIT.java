package io.doorbuster.sale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doorbuster.sale.PostgresServer.Version;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is said of a PostgreSQL that can not be used, and what a start leaves alone. */
final class PostgresOpenIT {
  private static final String PASSWORD = "a password of the tests";
  private static PostgresServer server;

  @BeforeAll
  static void start() {
    server = new PostgresServer(Version.NEWEST);
    server.addUser("clerk", PASSWORD);
    server.run("CREATE DATABASE mine OWNER clerk");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static PostgresOptions options(String url, String user, String password) {
    return new PostgresOptions(url, user, password, 2, false, Duration.ofSeconds(2));
  }

  private static void assertRefused(PostgresOptions options, String... words) {
    assertThatThrownBy(() -> Database.open(options))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void open_byItsOwner_makesTheTablesOnce() {
    PostgresOptions options = options(server.url("mine"), "clerk", PASSWORD);
    for (int i = 0; i < 2; i++) {
      try (Database database = Database.open(options)) {
        assertThat(Stores.number(database, "SELECT COUNT(*) FROM orders")).isZero();
      }
    }
  }

  @Test
  void open_withAWrongPassword_namesTheSettings() {
    assertRefused(
        options(server.url("mine") + "?ApplicationName=x", "clerk", "guessed"),
        "does not let",
        "/mine as clerk",
        "store.user, store.password");
  }

  @Test
  void open_ofADatabaseThatIsNotThere_saysHowToMakeIt() {
    assertRefused(
        options(server.url("nobody"), "postgres", ""),
        "\"nobody\"",
        "CREATE DATABASE",
        "store.url");
  }

  @Test
  void open_whereNobodyAnswers_namesTheAddress() {
    assertThatThrownBy(
            () -> Database.open(options("jdbc:postgresql://127.0.0.1:1/mine", "clerk", PASSWORD)))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContainingAll("127.0.0.1:1/mine does not answer", "store.url");
  }

  @Test
  void open_byAUserWhoMayMakeNoTables_saysWhoMust() {
    server.run("CREATE DATABASE theirs");
    assertRefused(
        options(server.url("theirs"), "clerk", PASSWORD), "permission denied", "own the schema");
  }

  @Test
  void open_ofAnOlderServer_saysWhichIsNeeded() {
    PostgresOptions options = options(server.url("mine"), "clerk", PASSWORD);
    PostgresCheck.refuseOlder(15, options);
    assertThatThrownBy(() -> PostgresCheck.refuseOlder(14, options))
        .hasMessageContainingAll("PostgreSQL 14", "15 or newer");
  }

  @Test
  void open_ofAServerThatCanLoseACommit_isRefusedUnlessAllowed() {
    try (PostgresServer unsafe = new PostgresServer(Version.OLDEST)) {
      unsafe.stop();
      unsafe.start(Map.of("fsync", "off", "synchronous_commit", "off"));
      PostgresOptions options = unsafe.options("postgres");
      assertRefused(
          options,
          "fsync, synchronous_commit off",
          "fsync = on, synchronous_commit = on",
          "allowUnsafe");
      PostgresOptions all =
          new PostgresOptions(options.url(), options.user(), "", 2, true, options.patience());
      try (Database database = Database.open(all)) {
        assertThat(database.fault()).isEmpty();
      }
      unsafe.stop();
      unsafe.start(Map.of("full_page_writes", "off"));
      assertRefused(options, "full_page_writes off");
    }
  }
}
