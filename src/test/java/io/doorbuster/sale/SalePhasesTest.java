package io.doorbuster.sale;

import static io.doorbuster.sale.Texts.sale;
import static io.doorbuster.sale.Texts.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Phases by the clock, the grid of returns, and what may change when. */
final class SalePhasesTest {
  private static final Sale SALE = sale();
  private static final Instant OPENS = SALE.opensAt();
  private static final Instant CLOSES = SALE.closesAt();

  private static Listing listing(SalePhase stored, boolean publishing) {
    @Nullable Instant passesEnd =
        stored == SalePhase.DRAFT ? null : CLOSES.plus(SALE.payWithin()).plus(Duration.ofHours(24));
    return new Listing(SALE, stored, "00", 1, passesEnd, publishing, false, 0, 0, List.of(), false);
  }

  @ParameterizedTest
  @CsvSource({
    "DRAFT,     DRAFT,     DRAFT,  DRAFT,  DRAFT",
    "PUBLISHED, PUBLISHED, OPEN,   OPEN,   CLOSED",
    "PAUSED,    PAUSED,    PAUSED, PAUSED, CLOSED",
    "CLOSED,    CLOSED,    CLOSED, CLOSED, CLOSED",
    "SETTLED,   SETTLED,   SETTLED, SETTLED, SETTLED"
  })
  void phaseAt_eachEdgeOfTheWindow_followsTheClock(
      SalePhase stored, SalePhase early, SalePhase open, SalePhase late, SalePhase closed) {
    Listing listing = listing(stored, false);
    assertThat(listing.phaseAt(OPENS.minusNanos(1))).isEqualTo(early);
    assertThat(listing.phaseAt(OPENS)).isEqualTo(open);
    assertThat(listing.phaseAt(CLOSES.minusNanos(1))).isEqualTo(late);
    assertThat(listing.phaseAt(CLOSES)).isEqualTo(closed);
  }

  @Test
  void isRunningAt_anyPhase_meansThatUnitsMayBeSold() {
    assertThat(listing(SalePhase.DRAFT, false).isRunningAt(OPENS)).isFalse();
    assertThat(listing(SalePhase.PUBLISHED, false).isRunningAt(OPENS.minusSeconds(1))).isTrue();
    assertThat(listing(SalePhase.PAUSED, false).isRunningAt(OPENS)).isTrue();
    assertThat(listing(SalePhase.PUBLISHED, false).isRunningAt(CLOSES)).isFalse();
    assertThat(listing(SalePhase.CLOSED, false).isRunningAt(OPENS)).isFalse();
    assertThat(listing(SalePhase.SETTLED, false).isRunningAt(OPENS)).isFalse();
  }

  @Test
  void nextReturn_atAnyTime_isOnTheGrid() {
    Duration grid = Duration.ofMinutes(5);
    assertThat(SALE.nextReturn(OPENS.minus(Duration.ofDays(400)))).contains(OPENS.plus(grid));
    assertThat(SALE.nextReturn(OPENS)).contains(OPENS.plus(grid));
    assertThat(SALE.nextReturn(OPENS.plus(grid))).contains(OPENS.plus(grid));
    assertThat(SALE.nextReturn(OPENS.plus(grid).plusNanos(1)))
        .contains(OPENS.plus(grid.multipliedBy(2)));
  }

  @Test
  void nextReturn_nearTheClose_leavesTimeForAWave() {
    Instant last = OPENS.plus(Duration.ofMinutes(55));
    assertThat(SALE.nextReturn(last)).contains(last);
    assertThat(SALE.nextReturn(last.plusNanos(1))).isEmpty();
    assertThat(SALE.nextReturn(CLOSES.plusSeconds(1))).isEmpty();

    Instant ten = OPENS.plus(Duration.ofMinutes(10));
    assertThat(sale(with("T11:00:00", "T10:10:10")).nextReturn(ten)).contains(ten);
    assertThat(sale(with("T11:00:00", "T10:10:09")).nextReturn(ten)).isEmpty();
    assertThat(sale(with("T11:00:00", "T10:10:05").replace("fair", "first")).nextReturn(ten))
        .contains(ten);
    assertThat(sale(with("T11:00:00", "T10:10:04").replace("fair", "first")).nextReturn(ten))
        .isEmpty();
  }

  @Test
  void findWrong_ofAWish_namesTheBounds() {
    assertThat(SALE.findWrong("boots-42", 1)).isEmpty();
    assertThat(SALE.findWrong("boots-42", 2)).isEmpty();
    for (int quantity : new int[] {0, -1, 3, 1_000_000_000, Integer.MIN_VALUE}) {
      assertThat(SALE.findWrong("boots-42", quantity)).contains("The quantity is from 1 to 2.");
    }
    assertThat(SALE.findWrong("no-such", 1)).contains("This sale has no such SKU.");
  }

  /** The keys of a sale, and in which phases each may change; '-' stands for "before the start". */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "title: Winter boots        | title: Sale     | title   | DRAFT PUBLISHED OPEN PAUSED",
        "payWithin: 15m             | payWithin: 14m        | payWithin   | DRAFT",
        "perBuyer: 2                | perBuyer: 1           | limits      | DRAFT",
        "tryEvery: 5s               | tryEvery: 4s          | limits      | DRAFT",
        "currency: EUR              | currency: USD         | currency    | DRAFT",
        "payWithin: 15m             | test: true            | test        | DRAFT",
        "units: 200                 | units: 201            | skus        | DRAFT",
        "price: 19.90               | price: 19.91          | skus        | DRAFT",
        "wave: 10                   | wave: 11              | release     | DRAFT PUBLISHED",
        "T10:00:00+01:00            | T10:10:00+01:00       | opensAt     | DRAFT PUBLISHED",
        "T11:00:00+01:00            | T10:50:00+01:00       | closesAt    | DRAFT PUBLISHED"
      })
  void amendment_ofAKey_isAllowedInItsPhasesOnly(
      String old, String next, String key, String allowed) {
    String line = key.equals("test") ? old + "\n" + next : next;
    Sale changed = sale(with(old, line));
    for (SalePhase phase : SalePhase.values()) {
      SalePhase stored = phase == SalePhase.OPEN ? SalePhase.PUBLISHED : phase;
      Instant now =
          switch (phase) {
            case DRAFT, PUBLISHED -> OPENS.minusSeconds(60);
            case OPEN, PAUSED -> OPENS.plusSeconds(60);
            case CLOSED, SETTLED -> CLOSES.plusSeconds(60);
          };
      Listing listing = listing(stored, false);
      assertThatCode(() -> Amendment.check(listing, SALE, now)).doesNotThrowAnyException();
      if (Arrays.asList(allowed.split(" ", -1)).contains(phase.name())) {
        assertThatCode(() -> Amendment.check(listing, changed, now))
            .as("%s in %s", key, phase)
            .doesNotThrowAnyException();
      } else {
        assertThatThrownBy(() -> Amendment.check(listing, changed, now))
            .as("%s in %s", key, phase)
            .isInstanceOf(NotAllowed.class)
            .hasMessage("the sale is " + phase + ": " + key + " may no longer change");
      }
    }
  }

  @Test
  void amendment_ofAPausedSaleBeforeItsStart_keepsTheWindow() {
    Sale later = sale(with("T10:00:00", "T10:10:00"));
    assertThatThrownBy(
            () -> Amendment.check(listing(SalePhase.PAUSED, false), later, OPENS.minusSeconds(9)))
        .isInstanceOf(NotAllowed.class)
        .hasMessageContaining("opensAt may no longer change");
  }

  @Test
  void amendment_onceClosedByTheClock_changesNothing() {
    Sale renamed = sale(with("Winter boots", "Boots"));
    assertThatThrownBy(() -> Amendment.check(listing(SalePhase.PUBLISHED, false), renamed, CLOSES))
        .hasMessage("the sale is CLOSED: title may no longer change");
  }

  @Test
  void amendment_whilePublishing_waits() {
    assertThatThrownBy(
            () -> Amendment.check(listing(SalePhase.DRAFT, true), SALE, OPENS.minusSeconds(1)))
        .isInstanceOf(NotAllowed.class)
        .hasMessageContaining("is being published");
  }

  @Test
  void amendment_ofTheStart_goesToATimeToComeOnly() {
    Sale earlier = sale(with("T10:00:00", "T09:00:00"));
    Listing published = listing(SalePhase.PUBLISHED, false);
    assertThatCode(() -> Amendment.check(published, earlier, earlier.opensAt()))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> Amendment.check(published, earlier, earlier.opensAt().plusMillis(1)))
        .hasMessageContaining("the start can only be moved to a time to come");
  }

  @Test
  void amendment_ofTheClose_staysWithinThePasses() {
    Listing published = listing(SalePhase.PUBLISHED, false);
    Instant now = OPENS.minusSeconds(60);
    Sale dayLater = sale(with("2026-11-27T11:00:00", "2026-11-28T11:00:00"));
    assertThatCode(() -> Amendment.check(published, dayLater, now)).doesNotThrowAnyException();
    Sale beyond = sale(with("2026-11-27T11:00:00", "2026-11-28T11:00:01"));
    assertThatThrownBy(() -> Amendment.check(published, beyond, now))
        .hasMessageContaining("later than the passes already given allow");
  }
}
