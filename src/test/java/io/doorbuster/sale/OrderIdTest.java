package io.doorbuster.sale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.doorbuster.MovableClock;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OrderIdTest {
  private static final BuyerId ADA = new BuyerId("ada");
  private final MovableClock clock = new MovableClock(Instant.parse("2026-11-27T10:00:00Z"));
  private final OrderIds ids = new OrderIds(new byte[32], 7, clock);

  @Property
  void parse_ofAnyIdsName_isTheId(@ForAll long high, @ForAll long low) {
    OrderId id = new OrderId(high, low);
    assertThat(id.toString()).hasSize(26).matches("[0-9A-HJKMNP-TV-Z]{26}");
    assertThat(OrderId.parse(id.toString())).contains(id);
  }

  @Property
  void names_ofTwoIds_sortAsTheIdsDo(
      @ForAll long high, @ForAll long low, @ForAll long otherHigh, @ForAll long otherLow) {
    OrderId id = new OrderId(high, low);
    OrderId other = new OrderId(otherHigh, otherLow);
    assertThat(Integer.signum(id.toString().compareTo(other.toString())))
        .isEqualTo(Integer.signum(id.compareTo(other)));
  }

  @Property
  void parse_ofAnyText_neverThrows(@ForAll @From("garbage") String text) {
    Optional<OrderId> id = OrderId.parse(text);
    assertThat(id.map(OrderId::toString).orElse(text)).isEqualTo(text);
  }

  @Provide
  Arbitrary<String> garbage() {
    return Arbitraries.oneOf(
        Arbitraries.strings().ofMaxLength(40),
        Arbitraries.strings().ofLength(26),
        Arbitraries.strings().withCharRange('0', '9').withCharRange('A', 'Z').ofLength(26));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0000000000000000000000000",
        "000000000000000000000000000",
        "80000000000000000000000000",
        "0000000000000000000000000a",
        "0000000000000000000000000I",
        "0000000000000000000000000U",
        "../../../../../../../../..",
        "0000000000000000000000000\0"
      })
  void parse_whatIsNoName_isEmpty(String text) {
    assertThat(OrderId.parse(text)).isEmpty();
  }

  @Property
  void mint_atALaterMoment_sortsLater(
      @ForAll @LongRange(min = 0, max = (1L << 48) - 2) long ms, @ForAll @IntRange int number) {
    MovableClock at = new MovableClock(Instant.ofEpochMilli(ms));
    OrderIds minter = new OrderIds(new byte[32], 256, at);
    BuyerId buyer = new BuyerId("buyer-" + number);
    OrderId early = minter.mint("boots", buyer);
    at.set(Instant.ofEpochMilli(ms + 1));
    OrderId late = minter.mint("boots", buyer);
    assertThat(early).isLessThan(late);
    assertThat(early.toString()).isLessThan(late.toString());
    assertThat(early.createdAtMs()).isEqualTo(ms);
    assertThat(early.shard()).isEqualTo(minter.shardOf(buyer));
  }

  @Test
  void mint_withinOneMoment_givesEachItsOwn() {
    Set<OrderId> seen = new HashSet<>();
    for (int i = 0; i < 20_000; i++) {
      assertThat(seen.add(ids.mint("boots", new BuyerId("buyer-" + i)))).isTrue();
    }
    for (int i = 0; i < 256; i++) {
      assertThat(seen.add(ids.mint("boots", ADA))).isTrue();
    }
  }

  @Test
  void isOurs_forThatBuyerAndSaleOnly() {
    OrderId id = ids.mint("boots", ADA);
    assertThat(ids.isOurs(id, "boots", ADA)).isTrue();
    assertThat(ids.isOurs(id, "socks", ADA)).isFalse();
    assertThat(ids.isOurs(id, "boots", new BuyerId("bob"))).isFalse();
    assertThat(ids.isOurs(id, "boots\nada", new BuyerId("x"))).isFalse();
    assertThat(ids.isOurs(new OrderId(id.high() + 1, id.low()), "boots", ADA)).isFalse();
    assertThat(ids.isOurs(new OrderId(id.high(), id.low() ^ 1), "boots", ADA)).isFalse();
    byte[] otherKey = new byte[32];
    otherKey[0] = 1;
    assertThat(new OrderIds(otherKey, 7, clock).isOurs(id, "boots", ADA)).isFalse();
    assertThat(new OrderIds(new byte[32], 3, clock).isOurs(id, "boots", ADA)).isTrue();
  }

  @Test
  void shardOf_manyBuyers_spreadsThemEvenly() {
    int[] buyers = new int[7];
    for (int i = 0; i < 70_000; i++) {
      buyers[ids.shardOf(new BuyerId("customer-" + i))]++;
    }
    for (int many : buyers) {
      assertThat(many).isBetween(9_000, 11_000);
    }
  }

  @Test
  void shards_outOfBounds_areRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new OrderIds(new byte[32], 0, clock));
    assertThatIllegalArgumentException().isThrownBy(() -> new OrderIds(new byte[32], 257, clock));
  }

  @Test
  void buyerId_ofAnyText_isValidOrNone() {
    assertThat(BuyerId.isValid("a".repeat(128))).isTrue();
    assertThat(BuyerId.isValid("a".repeat(129))).isFalse();
    assertThat(BuyerId.isValid("")).isFalse();
    assertThat(BuyerId.isValid("a\nb")).isFalse();
    assertThat(BuyerId.isValid("a\0b")).isFalse();
    assertThatIllegalArgumentException().isThrownBy(() -> new BuyerId("\t"));
  }
}
