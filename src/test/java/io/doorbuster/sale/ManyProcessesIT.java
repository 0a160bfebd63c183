package io.doorbuster.sale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doorbuster.MovableClock;
import io.doorbuster.order.Installation;
import io.doorbuster.sale.PostgresServer.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What several processes over one database know of each other. */
final class ManyProcessesIT {
  private static final Duration BEAT = Duration.ofSeconds(1);

  private static PostgresServer server;
  private static int count;

  private final MovableClock clock = new MovableClock(Installation.OPENS);
  private final AtomicLong nanos = new AtomicLong();
  private Database one;
  private Database other;

  @BeforeAll
  static void start() {
    server = new PostgresServer(Version.NEWEST);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() {
    String name = "processes_" + ++count;
    server.run("CREATE DATABASE " + name);
    one = Database.open(server.options(name));
    other = Database.open(server.options(name));
  }

  @AfterEach
  void close() {
    one.close();
    other.close();
  }

  private Lease lease(Database database) {
    return new Lease(database, "orders", nanos::get);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void lease_isHeldByOneAlone() {
    Lease first = lease(one);
    Lease second = lease(other);
    for (int i = 0; i < 20; i++) {
      first.renew();
      second.renew();
      assertThat(first.isHeld()).isTrue();
      assertThat(second.isHeld()).isFalse();
      pass(BEAT);
    }
  }

  @Test
  void lease_ofOneThatFallsSilent_isTakenOverOnceItHasLapsed() {
    Lease first = lease(one);
    Lease second = lease(other);
    first.renew();
    List<Boolean> held = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      second.renew();
      assertThat(first.isHeld() && second.isHeld()).isFalse();
      held.add(second.isHeld());
      pass(BEAT);
    }
    assertThat(held).containsExactly(false, false, false, false, true, true);
    assertThat(first.isHeld()).isFalse();
    first.renew();
    assertThat(first.isHeld()).as("it comes back and finds another").isFalse();
  }

  @Test
  void lease_ofOneThatStoodStill_hasLapsedBeforeHeAsksAnybody() {
    Lease first = lease(one);
    first.renew();
    pass(Lease.LIFE);
    assertThat(first.isHeld()).isFalse();
    first.renew();
    assertThat(first.isHeld()).as("nobody else wanted it").isTrue();
  }

  @Test
  void lease_thatIsGivenUp_isTakenAtOnce() {
    Lease first = lease(one);
    Lease second = lease(other);
    first.renew();
    first.close();
    second.renew();
    assertThat(second.isHeld()).isTrue();
    assertThat(first.isHeld()).isFalse();
  }

  @Test
  void catalog_polled_tellsWhatAnotherProcessHasSaid() {
    Catalog here = new Catalog(one, clock);
    Catalog there = new Catalog(other, clock);
    List<Listing> heard = new ArrayList<>();
    there.onChange(heard::add);
    here.register(Installation.sale("boots", Pick.FIRST, Installation.sku("a", 10)));
    there.poll();
    assertThat(heard).hasSize(1);
    here.raiseEpoch("boots", here.get("boots").epoch());
    here.revokePasses("boots");
    there.poll();
    there.poll();
    assertThat(heard).hasSize(2);
    assertThat(there.get("boots")).isEqualTo(here.get("boots"));
    assertThat(there.get("boots").passVersion()).isEqualTo(2);
  }

  @Test
  void epoch_isRaisedByOneOfTwoThatKnowTheSame() {
    Catalog here = new Catalog(one, clock);
    here.register(Installation.sale("boots", Pick.FIRST, Installation.sku("a", 10)));
    Catalog there = new Catalog(other, clock);
    long known = here.get("boots").epoch();
    assertThat(here.raiseEpoch("boots", known)).isPresent();
    assertThat(there.raiseEpoch("boots", known)).isEmpty();
  }

  @Test
  void installation_withAnotherKey_isRefusedByName() {
    io.doorbuster.sale.Installation here = new io.doorbuster.sale.Installation(one);
    io.doorbuster.sale.Installation there = new io.doorbuster.sale.Installation(other);
    here.require("the key", "ab12", false);
    there.require("the key", "ab12", false);
    assertThatThrownBy(() -> there.require("the key", "cd34", false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the key is cd34 here, and ab12");
    here.require("shards", "4", true);
    there.require("shards", "8", true);
    assertThatThrownBy(() -> here.require("shards", "4", false)).hasMessageContaining("shards");
  }
}
