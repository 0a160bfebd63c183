package io.doorbuster.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.doorbuster.page.FakeGate.edge;
import static io.doorbuster.page.FakeGate.foreign;
import static io.doorbuster.page.FakeGate.refuse;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import io.doorbuster.page.SaleState.SkuFlag;
import io.doorbuster.sale.SalePhase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The page from before the start to the end of an order; each state leaves pictures behind. */
@Tag("browser")
@ParameterizedClass
@MethodSource("readers")
final class PageIT extends PageWalk {
  @Test
  void before_countsDown_andOpensByTheServersClock() {
    openAnother(Instant.now().plus(Duration.ofHours(1)), DEMO);
    heading("sale", "signInFirst");
    assertThat(page.locator("#countdown")).isVisible();
    assertThat(page.locator("#seed")).hasText(SampleSale.SEED_SHA256);
    picture("before-signed-out");
    assertOwnLanguage();
    signIn();
    heading("sale", "ready");
    picture("before");
    assertThat(button(reader.buy("€49.00"))).isHidden();
    gate.phase = SalePhase.OPEN; // the clock alone decides
    page.waitForTimeout(1_500);
    assertThat(button(reader.buy("€49.00"))).isHidden();
    skip(Duration.ofHours(1));
    assertThat(button(reader.buy("€49.00"))).isVisible();
    picture("open");
    assertOwnLanguage();
  }

  @Test
  void buy_notDrawnThenDrawn_endsPaid() {
    openSignedIn();
    heading("sale", "openFair");
    gate.orders.add(gate.accept("WAITING", LONG));
    buy();
    heading("order", "waiting");
    picture("waiting");
    assertOwnLanguage();
    skip(LONG);
    heading("order", "drawing");
    gate.orderIs("NOT_DRAWN");
    heading("again", "NOT_DRAWN");
    picture("not-drawn");
    gate.orders.clear();
    gate.orders.add(gate.accept("QUEUED", LONG));
    skip(LONGER);
    heading("order", "queued");
    picture("queued");
    gate.orderIs("PLACED");
    heading("order", "placed");
    assertThat(page.locator("#left")).containsText(reader.fixed("payWithin"));
    picture("placed");
    assertOwnLanguage();
    Locator pay = page.locator("#pay");
    assertThat(pay).hasText(reader.button("pay"));
    assertThat(pay).hasAttribute("href", gate.origin() + "/pay/" + FakeGate.ORDER);
    gate.orderIs("PAID");
    heading("order", "paid");
    picture("paid");
    assertOwnLanguage();
    assertThat(gate.asked()).isEqualTo(2);
  }

  @Test
  void buy_refusedInManyWays_asksAgainByItself() {
    openSignedIn();
    gate.orders.add(refuse(429, "not-released", LONG));
    gate.orders.add(refuse(429, "too-fast", LONG));
    gate.orders.add(refuse(429, "not-counted", LONG));
    gate.orders.add(refuse(503, "overloaded", LONG));
    gate.orders.add(gate.accept("QUEUED", LONG));
    buy();
    heading("again", "outdrawn");
    note("againIn");
    assertThat(page.locator("#primary")).isHidden();
    picture("not-released");
    assertOwnLanguage();
    skip(LONGER);
    heading("again", "too-fast");
    picture("too-fast");
    skip(LONGER);
    heading("again", "not-counted");
    skip(LONGER);
    heading("again", "overloaded");
    picture("overloaded");
    skip(LONGER);
    heading("order", "queued");
    assertThat(gate.asked()).isEqualTo(5);
  }

  @Test
  void buy_answeredByAnEdgeInItsOwnWords_isTriedAgainOnceItKnowsThatThereIsNoOrder() {
    openSignedIn();
    gate.orders.add(edge(429));
    gate.orders.add(edge(503));
    gate.orders.add(foreign(403));
    gate.orders.add(gate.accept("QUEUED", LONG));
    buy();
    heading("again", "overloaded");
    heading("order", "queued");
    assertThat(gate.asked()).isEqualTo(4);
    String post = "POST /api/sales/winter-boots/orders";
    List<String> since =
        gate.calls.stream().dropWhile(call -> !call.equals(post)).limit(7).toList();
    String look = "GET /api/sales/winter-boots/orders/mine";
    assertThat(since).containsExactly(post, look, post, look, post, look, post);
  }

  @Test
  void stop_whileWaitingForTheNextTry_endsIt() {
    openSignedIn();
    gate.orders.add(refuse(503, "overloaded", LONG));
    buy();
    button(reader.button("stop")).click();
    heading("sale", "openFair");
    skip(LONGER);
    page.waitForTimeout(1_500);
    assertThat(gate.asked()).isEqualTo(1);
    assertThat(button(reader.buy("€49.00"))).isVisible();
  }

  @Test
  void buy_withALostAnswer_findsItsOrderInsteadOfAskingTwice() {
    openSignedIn();
    gate.orders.add(gate.acceptUnheard());
    buy();
    Awaitility.await().atMost(LONG).until(() -> gate.asked() == 1);
    skip(Duration.ofSeconds(20));
    heading("order", "queued");
    assertThat(gate.asked()).isEqualTo(1);
  }

  @Test
  void buy_whileAsking_hasItsButtonOff() {
    openSignedIn();
    gate.orders.add(
        exchange -> {
          Runnable later = () -> gate.accept("QUEUED", LONG).accept(exchange);
          exchange.after(Duration.ofSeconds(6), later);
        });
    button(reader.buy("€49.00")).dblclick();
    assertThat(page.locator("#primary")).isDisabled();
    heading("sale", "asking");
    picture("asking");
    heading("order", "queued");
    assertThat(gate.asked()).isEqualTo(1);
  }

  @Test
  void order_lost_isAskedForAgain_andAnExpiredOneIsNot() {
    openSignedIn();
    gate.orders.add(gate.accept("QUEUED", LONG));
    buy();
    heading("order", "queued");
    gate.orderIs("LOST");
    Awaitility.await().atMost(LONG).until(() -> gate.asked() == 2);
    heading("order", "queued");
    gate.orderIs("EXPIRED");
    heading("end", "EXPIRED");
    picture("expired");
    assertThat(gate.asked()).isEqualTo(2);
  }

  @Test
  void cancel_needsTwoClicks_andGivesTheUnitBack() {
    openSignedIn();
    gate.orderIs("PLACED");
    page.reload();
    heading("order", "placed");
    button(reader.button("cancel")).click();
    page.waitForTimeout(300);
    heading("order", "placed");
    button(reader.button("cancelTwice")).click();
    heading("end", "CANCELLED");
    picture("cancelled");
    assertThat(gate.callsOf("POST /api/orders/" + FakeGate.ORDER + "/cancel")).isEqualTo(1);
  }

  @Test
  void forbidden_isSaidAndEndsIt() {
    openSignedIn();
    gate.orders.add(refuse(403, "forbidden", null));
    buy();
    heading("end", "forbidden");
    picture("blocked");
    assertOwnLanguage();
  }

  @Test
  void state_ofTheSale_isShownAsItChanges() {
    openSignedIn();
    gate.flags.put("boots-43", SkuFlag.SOLD_OUT);
    assertThat(page.locator("label[data-sku=boots-43] .tag"))
        .hasText(reader.head("tag", "sold-out"));
    gate.phase = SalePhase.PAUSED;
    heading("sale", "paused");
    picture("paused");
    gate.phase = SalePhase.OPEN;
    gate.flags.replaceAll((sku, flag) -> SkuFlag.SOLD_OUT);
    heading("sale", "soldOut");
    picture("sold-out");
    assertOwnLanguage();
    gate.phase = SalePhase.CLOSED;
    heading("sale", "over");
    picture("closed");
    assertOwnLanguage();
  }

  @Test
  void units_thatCameBack_areAskedForAtTheirRelease() {
    openSignedIn();
    gate.flags.replaceAll((sku, flag) -> SkuFlag.ALL_RESERVED);
    gate.nextRelease = gate.now().plus(Duration.ofMinutes(5));
    heading("sale", "allReserved");
    pill("allReserved");
    picture("all-reserved");
    assertOwnLanguage();
    button(reader.button("nextRelease")).click();
    note("againIn");
    picture("waits-for-release");
    page.waitForTimeout(1_500);
    assertThat(gate.asked()).isZero();
    gate.orders.add(gate.accept("QUEUED", LONG));
    gate.flags.replaceAll((sku, flag) -> SkuFlag.AVAILABLE);
    skip(Duration.ofMinutes(5).plusSeconds(3));
    heading("order", "queued");
    assertThat(gate.asked()).isEqualTo(1);
  }
}
