package io.doorbuster.sale;

import static io.doorbuster.sale.Texts.sale;
import static io.doorbuster.sale.Texts.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doorbuster.MovableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("store")
final class CatalogTest {
  private final MovableClock clock = new MovableClock(sale().opensAt().minusSeconds(60));
  private Path folder;
  private Database database;
  private Catalog catalog;

  @BeforeEach
  void open(@TempDir Path temp) {
    folder = temp;
    database = Texts.database(folder);
    catalog = new Catalog(database, clock);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void restart() {
    database.close();
    database = Texts.database(folder);
    catalog = new Catalog(database, clock);
  }

  private Listing publish() {
    Listing listing = catalog.register(sale());
    database.write(
        connection -> {
          catalog.startPublishing(connection, catalog.lock(connection, "boots"));
          return listing;
        });
    assertThat(catalog.refresh("boots").publishing()).isTrue();
    database.write(
        connection -> {
          catalog.published(connection, catalog.lock(connection, "boots"));
          return listing;
        });
    return catalog.refresh("boots");
  }

  private List<String> skus() {
    return database.read(
        connection -> {
          List<String> all = new ArrayList<>();
          try (var query = connection.prepareStatement("SELECT id FROM sku ORDER BY id")) {
            var row = query.executeQuery();
            while (row.next()) {
              all.add(row.getString(1));
            }
          }
          return all;
        });
  }

  @Test
  void register_aNewSale_isADraft() {
    Listing listing = catalog.register(sale());
    assertThat(listing.sale()).isEqualTo(sale());
    assertThat(listing.stored()).isEqualTo(SalePhase.DRAFT);
    assertThat(listing.seed()).matches("[0-9a-f]{64}");
    assertThat(listing.passVersion()).isEqualTo(1);
    assertThat(listing.passExpiresAt()).isNull();
    assertThat(listing.publishing()).isFalse();
    assertThat(catalog.find("boots")).contains(listing);
    assertThat(catalog.listAll()).containsExactly(listing);
    assertThat(skus()).containsExactly("boots-42", "boots-43");
    Listing other = catalog.register(sale(with("id: boots\n", "id: socks\n")));
    assertThat(other.seed()).isNotEqualTo(listing.seed());
  }

  @Test
  void register_ADraftAgain_replacesItAndItsSkus() {
    String seed = catalog.register(sale()).seed();
    Listing again = catalog.register(sale(with("id: boots-43", "id: boots-44")));
    assertThat(again.seed()).isEqualTo(seed);
    assertThat(again.sale().findSku("boots-44")).isPresent();
    assertThat(skus()).containsExactly("boots-42", "boots-44");
  }

  @Test
  void register_whatMayNoLongerChange_changesNothing() {
    publish();
    assertThatThrownBy(() -> catalog.register(sale(with("units: 200", "units: 300"))))
        .isInstanceOf(NotAllowed.class)
        .hasMessage("the sale is PUBLISHED: skus may no longer change");
    assertThat(catalog.get("boots").sale()).isEqualTo(sale());
    assertThat(catalog.register(sale(with("Winter boots", "Boots"))).sale().title())
        .isEqualTo("Boots");
    assertThat(skus()).hasSize(2);
  }

  @Test
  void register_whileAnotherPublishes_isHeldAgainstTheStore() {
    catalog.register(sale());
    database.write(
        connection -> {
          catalog.startPublishing(connection, catalog.lock(connection, "boots"));
          return 0;
        });
    assertThat(catalog.get("boots").publishing()).as("not told yet").isFalse();
    assertThatThrownBy(() -> catalog.register(sale(with("units: 200", "units: 300"))))
        .isInstanceOf(NotAllowed.class)
        .hasMessageContaining("is being published");
  }

  @Test
  void get_anUnknownSale_saysHowToList() {
    assertThatThrownBy(() -> catalog.get("no-such"))
        .isInstanceOf(NotAllowed.class)
        .hasMessage("there is no sale no-such; `sale list` names them");
    assertThatThrownBy(() -> catalog.pause("no-such")).isInstanceOf(NotAllowed.class);
    assertThatThrownBy(() -> catalog.raiseEpoch("no-such", 0)).isInstanceOf(NotAllowed.class);
  }

  @Test
  void published_aSale_fixesThePassesEnd() {
    Listing listing = publish();
    assertThat(listing.stored()).isEqualTo(SalePhase.PUBLISHED);
    assertThat(listing.publishing()).isFalse();
    assertThat(listing.passExpiresAt())
        .isEqualTo(sale().closesAt().plus(Duration.ofMinutes(15)).plus(Duration.ofHours(24)));
  }

  @Test
  void startPublishing_twiceOrTooLate_isRefused() {
    catalog.register(sale());
    Database.Work<Integer> start =
        connection -> {
          catalog.startPublishing(connection, catalog.lock(connection, "boots"));
          return 0;
        };
    database.write(start);
    assertThatThrownBy(() -> database.write(start)).hasMessageContaining("published already");
    database.write(
        connection -> {
          catalog.stopPublishing(connection, "boots");
          return 0;
        });
    clock.set(sale().closesAt());
    assertThatThrownBy(() -> database.write(start)).hasMessageContaining("closesAt has passed");
    clock.set(sale().opensAt());
    publish();
    assertThatThrownBy(() -> database.write(start))
        .hasMessage("the sale is PUBLISHED; only a DRAFT is published");
  }

  @Test
  void pauseAndResume_aPublishedSale_goBothWays() {
    publish();
    assertThat(catalog.pause("boots").stored()).isEqualTo(SalePhase.PAUSED);
    assertThat(catalog.pause("boots").stored()).isEqualTo(SalePhase.PAUSED);
    assertThat(catalog.resume("boots").stored()).isEqualTo(SalePhase.PUBLISHED);
    clock.set(sale().opensAt());
    assertThat(catalog.get("boots").phaseAt(clock.instant())).isEqualTo(SalePhase.OPEN);
    assertThat(catalog.pause("boots").phaseAt(clock.instant())).isEqualTo(SalePhase.PAUSED);
    assertThat(catalog.resume("boots").phaseAt(clock.instant())).isEqualTo(SalePhase.OPEN);
  }

  @Test
  void close_aSale_isForGood() {
    publish();
    assertThat(catalog.close("boots").stored()).isEqualTo(SalePhase.CLOSED);
    assertThat(catalog.close("boots").stored()).isEqualTo(SalePhase.CLOSED);
    assertThatThrownBy(() -> catalog.resume("boots"))
        .hasMessage("a sale that is CLOSED can not be resumed");
    assertThatThrownBy(() -> catalog.pause("boots"))
        .hasMessage("a sale that is CLOSED can not be paused");
    database.write(
        connection -> {
          catalog.settled(connection, "boots");
          return 0;
        });
    catalog.refresh("boots");
    assertThat(catalog.close("boots").stored()).isEqualTo(SalePhase.SETTLED);
  }

  @Test
  void unpublish_aSaleThatSells_isRefusedWithTheMend() {
    catalog.register(sale());
    assertThatThrownBy(() -> catalog.unpublish("boots"))
        .isInstanceOf(NotAllowed.class)
        .hasMessageContaining("has no page yet");
    publish();
    catalog.pause("boots");
    assertThatThrownBy(() -> catalog.unpublish("boots"))
        .isInstanceOf(NotAllowed.class)
        .hasMessageContaining("PAUSED")
        .hasMessageContaining("`sale close` or `sale void` it first");
    assertThat(catalog.get("boots").unpublished()).isFalse();
  }

  @Test
  void unpublish_aSaleThatIsOver_survivesARestart_andIsToldByItsRevision() {
    publish();
    long before = catalog.close("boots").revision();
    Listing down = catalog.unpublish("boots");
    assertThat(down.unpublished()).isTrue();
    assertThat(down.revision()).isGreaterThan(before);
    restart();
    assertThat(catalog.get("boots").unpublished()).isTrue();
    database.write(
        connection -> {
          catalog.publishAgain(connection, catalog.lock(connection, "boots"));
          return down;
        });
    Listing back = catalog.refresh("boots");
    assertThat(back.unpublished()).isFalse();
    assertThat(back.stored()).isEqualTo(SalePhase.CLOSED);
    assertThat(back.revision()).isGreaterThan(down.revision());
  }

  @Test
  void phases_ofADraft_doNotMove() {
    catalog.register(sale());
    List<Function<String, Listing>> verbs =
        List.of(catalog::pause, catalog::resume, catalog::close);
    for (Function<String, Listing> verb : verbs) {
      assertThatThrownBy(() -> verb.apply("boots"))
          .isInstanceOf(NotAllowed.class)
          .hasMessageStartingWith("a sale that is DRAFT can not be ");
    }
  }

  @Test
  void pause_aSaleThatTheClockClosed_isRefused() {
    publish();
    clock.set(sale().closesAt());
    assertThatThrownBy(() -> catalog.pause("boots"))
        .hasMessage("a sale that is CLOSED can not be paused");
    assertThat(catalog.close("boots").stored()).isEqualTo(SalePhase.CLOSED);
  }

  @ParameterizedTest
  @EnumSource(
      value = SalePhase.class,
      names = {"PUBLISHED", "PAUSED", "CLOSED"})
  void restart_inAnyPhase_keepsAll(SalePhase phase) {
    publish();
    long epoch = catalog.get("boots").epoch();
    assertThat(catalog.raiseEpoch("boots", epoch)).isPresent();
    assertThat(catalog.raiseEpoch("boots", epoch)).as("raised by another meanwhile").isEmpty();
    catalog.raiseEpoch("boots", epoch + 1);
    catalog.revokePasses("boots");
    switch (phase) {
      case PAUSED -> catalog.pause("boots");
      case CLOSED -> catalog.close("boots");
      default -> {}
    }
    Listing before = catalog.get("boots");
    assertThat(before.stored()).isEqualTo(phase);
    assertThat(before.epoch()).isEqualTo(2);
    assertThat(before.passVersion()).isEqualTo(2);
    restart();
    assertThat(catalog.get("boots")).isEqualTo(before);
  }

  @Test
  void listeners_ofEveryChange_areToldBeforeItReturns() {
    List<Listing> heard = new ArrayList<>();
    catalog.onChange(heard::add);
    publish();
    catalog.pause("boots");
    assertThat(heard.getLast().stored()).isEqualTo(SalePhase.PAUSED);
    assertThat(heard).extracting(Listing::stored).contains(SalePhase.DRAFT, SalePhase.PUBLISHED);
    assertThat(catalog.get("boots")).isEqualTo(heard.getLast());
  }

  @Test
  void listeners_oneOfThemFailing_areAllTold() {
    publish();
    List<SalePhase> heard = new ArrayList<>();
    catalog.onChange(
        listing -> {
          throw new IllegalStateException("a listener's own fault");
        });
    catalog.onChange(listing -> heard.add(listing.stored()));
    assertThatThrownBy(() -> catalog.pause("boots")).hasMessage("a listener's own fault");
    assertThat(heard).containsExactly(SalePhase.PAUSED);
    assertThat(catalog.get("boots").stored()).isEqualTo(SalePhase.PAUSED);
  }
}
