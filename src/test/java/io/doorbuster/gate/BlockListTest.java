package io.doorbuster.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.gate.BlockList.Block;
import io.doorbuster.gate.BlockList.Kind;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Pick;
import io.doorbuster.sale.Sale;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class BlockListTest {
  private final BlockList blocks = new BlockList();

  private void block(Kind kind, String... values) {
    blocks.set(Stream.of(values).map(value -> new Block(kind, value, "test")).toList());
  }

  @Test
  void blocks_buyer_byHisExactName() {
    block(Kind.BUYER, "anna");
    assertThat(blocks.blocks(new BuyerId("anna"))).isTrue();
    assertThat(blocks.blocks(new BuyerId("Anna"))).isFalse();
    assertThat(blocks.blocks(new BuyerId("anna2"))).isFalse();
  }

  @Test
  void blocksAddress_version4() {
    block(Kind.ADDRESS, "192.0.2.7");
    assertThat(blocks.blocksAddress("192.0.2.7")).isTrue();
    assertThat(blocks.blocksAddress("192.0.2.8")).isFalse();
  }

  @Test
  void blocksAddress_version6_inAnyOfItsSpellings() {
    block(Kind.ADDRESS, "2001:db8::1");
    assertThat(blocks.blocksAddress("2001:db8:0:0:0:0:0:1")).isTrue();
    assertThat(blocks.blocksAddress("2001:DB8::0001")).isTrue();
    assertThat(blocks.blocksAddress("2001:db8::1%eth0")).isTrue();
    assertThat(blocks.blocksAddress("2001:db8::2")).isFalse();
  }

  @Test
  void blocksAddress_version4WrittenAsVersion6_isTheSame() {
    block(Kind.ADDRESS, "192.0.2.7");
    assertThat(blocks.blocksAddress("::ffff:192.0.2.7")).isTrue();
  }

  @Test
  void blocksAddress_network4_atItsEdges() {
    block(Kind.CIDR, "198.51.100.64/26", "10.0.0.0/8");
    assertThat(blocks.blocksAddress("198.51.100.63")).isFalse();
    assertThat(blocks.blocksAddress("198.51.100.64")).isTrue();
    assertThat(blocks.blocksAddress("198.51.100.127")).isTrue();
    assertThat(blocks.blocksAddress("198.51.100.128")).isFalse();
    assertThat(blocks.blocksAddress("10.255.255.255")).isTrue();
    assertThat(blocks.blocksAddress("11.0.0.0")).isFalse();
  }

  @Test
  void blocksAddress_network6_atItsEdges() {
    block(Kind.CIDR, "2001:db8:8000::/33", "2001:db8:1:2:8000::/65");
    assertThat(blocks.blocksAddress("2001:db8:7fff::1")).isFalse();
    assertThat(blocks.blocksAddress("2001:db8:8000::1")).isTrue();
    assertThat(blocks.blocksAddress("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")).isTrue();
    assertThat(blocks.blocksAddress("2001:db9::1")).isFalse();
    assertThat(blocks.blocksAddress("2001:db8:1:2:8000::1")).isTrue();
    assertThat(blocks.blocksAddress("2001:db8:1:2:7fff::1")).isFalse();
  }

  @Test
  void blocksAddress_wholeInternet_staysInItsVersion() {
    block(Kind.CIDR, "0.0.0.0/0");
    assertThat(blocks.blocksAddress("203.0.113.1")).isTrue();
    assertThat(blocks.blocksAddress("2001:db8::1")).isFalse();
    block(Kind.CIDR, "::/0");
    assertThat(blocks.blocksAddress("203.0.113.1")).isFalse();
    assertThat(blocks.blocksAddress("2001:db8::1")).isTrue();
  }

  @Test
  void blocksAddress_whatIsNoAddress_isNotBlockedAndNotLookedUp() {
    block(Kind.CIDR, "0.0.0.0/0", "::/0");
    for (String odd : new String[] {"", "localhost", "example.com", "1.2.3", "a.b", ":", "%"}) {
      assertThat(blocks.blocksAddress(odd)).as(odd).isFalse();
    }
  }

  @Test
  void check_mistakes_areNamed() {
    assertThat(BlockList.check(new Block(Kind.BUYER, "", "x"))).isPresent();
    assertThat(BlockList.check(new Block(Kind.ADDRESS, "shop.example", "x"))).isPresent();
    assertThat(BlockList.check(new Block(Kind.CIDR, "10.0.0.0/33", "x"))).isPresent();
    assertThat(BlockList.check(new Block(Kind.CIDR, "10.0.0.0", "x"))).isPresent();
    assertThat(BlockList.check(new Block(Kind.CIDR, "2001:db8::/129", "x"))).isPresent();
    assertThat(BlockList.check(new Block(Kind.BUYER, "anna", "x"))).isEmpty();
    assertThat(BlockList.check(new Block(Kind.ADDRESS, "2001:db8::1", "x"))).isEmpty();
    assertThat(BlockList.check(new Block(Kind.CIDR, "2001:db8::/32", "x"))).isEmpty();
  }

  @Test
  void set_afterThePassWasGiven_countsAtTheNextRequest() {
    GateFixture world = new GateFixture();
    Sale sale = world.open(GateFixture.sale(Pick.FIRST, 10, Duration.ofSeconds(1), "a"));
    world.budget.put("a", 10);
    String pass = world.pass(sale, "anna");
    Optional<Gate.Wish> wish = Optional.of(new Gate.Wish("a", 1));
    assertThat(world.gate.identify(pass)).isInstanceOf(Gate.Screening.Yes.class);

    world.blocks.set(List.of(new Block(Kind.BUYER, "anna", "test")));
    assertThat(refusal(world.ask(sale.id(), pass, wish))).isEqualTo(Refusal.FORBIDDEN);
    assertThat(world.gate.identify(pass))
        .isEqualTo(new Gate.Screening.No(Verdict.Refused.of(Refusal.FORBIDDEN)));
    world.blocks.set(List.of(new Block(Kind.CIDR, "192.0.2.0/24", "test")));
    assertThat(refusal(world.ask(sale.id(), pass, wish))).isEqualTo(Refusal.FORBIDDEN);
    world.blocks.set(List.of());
    assertThat(world.ask(sale.id(), pass, wish)).isInstanceOf(Verdict.Admitted.class);
  }

  private static Refusal refusal(Verdict verdict) {
    return ((Verdict.Refused) verdict).refusal();
  }
}
