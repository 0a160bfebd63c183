package io.doorbuster.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.doorbuster.page.FakeGate.refuse;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.doorbuster.http.Problem;
import io.doorbuster.page.PageRenderer.Options;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Who goes away and comes back, signs in or out, or has no script, finds what he left. */
@Tag("browser")
@ParameterizedClass
@MethodSource("someReaders")
final class PageReturnsIT extends PageWalk {
  @Test
  void payment_failsThenIsTriedAgain_withTheBackButton() {
    openSignedIn();
    gate.orders.add(gate.accept("QUEUED", LONG));
    buy();
    heading("order", "queued");
    gate.orderIs("PLACED");
    heading("order", "placed");
    page.locator("#pay").click();
    assertThat(page.getByRole(AriaRole.HEADING)).hasText("49.00 EUR");
    picture("payment");
    page.navigate(page.url() + "?failed=1");
    picture("payment-failed");
    page.goBack();
    page.goBack();
    heading("order", "placed");
    assertThat(page.locator("#pay")).isVisible();
    page.locator("#pay").click();
    assertThat(page.getByRole(AriaRole.HEADING)).hasText("49.00 EUR");
    gate.orderIs("PAID");
    page.navigate(gate.url());
    heading("order", "paid");
    assertThat(gate.asked()).isEqualTo(1);
  }

  @Test
  void unauthenticated_inTheMiddle_signsInAgainAndGoesOn() {
    openSignedIn();
    gate.orders.add(refuse(401, "unauthenticated", null));
    gate.orders.add(gate.accept("QUEUED", LONG));
    buy();
    heading("order", "queued");
    assertThat(gate.callsOf("POST /api/sales/winter-boots/pass")).isEqualTo(2);
  }

  @Test
  void connection_thatGoesAndComes_isShown_andTheOrderIsStillThere() {
    openSignedIn();
    context.setOffline(true);
    pill("offline");
    picture("offline");
    context.setOffline(false);
    assertThat(page.locator("#pill")).not().hasText(reader.head("pill", "offline"));
    gate.orders.add(gate.accept("QUEUED", LONG));
    buy();
    heading("order", "queued");
    context.setOffline(true);
    pill("offline");
    gate.orderIs("PLACED");
    context.setOffline(false);
    heading("order", "placed");
    assertThat(gate.asked()).isEqualTo(1);
  }

  @Test
  void state_thatNoGateAnswers_isNoConnection_untilOneDoes() {
    openSignedIn();
    gate.stateAway = true;
    pill("offline");
    gate.stateAway = false;
    assertThat(page.locator("#pill")).not().hasText(reader.head("pill", "offline"));
  }

  @Test
  void reloadAndSecondTab_whileWaiting_goOnWithTheSameOrder() {
    openSignedIn();
    gate.orders.add(gate.accept("WAITING", LONG));
    buy();
    heading("order", "waiting");
    page.reload();
    heading("order", "waiting");
    Page second = watched(context.newPage());
    second.navigate(gate.url());
    assertThat(second.locator("#head")).hasText(reader.head("order", "waiting"));
    gate.orderIs("PLACED");
    heading("order", "placed");
    assertThat(second.locator("#head")).hasText(reader.head("order", "placed"));
    assertThat(gate.asked()).isEqualTo(1);
  }

  @Test
  void reload_whileWaitingForTheNextTry_goesOnAsking() {
    openSignedIn();
    gate.orders.add(refuse(429, "not-released", LONG));
    gate.orders.add(gate.accept("QUEUED", LONG));
    buy();
    heading("again", "outdrawn");
    page.reload();
    heading("order", "queued");
    assertThat(gate.asked()).isEqualTo(2);
  }

  @Test
  void signOut_inOneTab_isOneInTheOther() {
    openSignedIn();
    Page second = watched(context.newPage());
    second.navigate(gate.url());
    assertThat(second.locator("#who-name")).hasText("Ada");
    button(reader.label("signOut")).click();
    heading("sale", "signIn");
    picture("signed-out");
    assertThat(second.locator("#head")).hasText(reader.head("sale", "signIn"));
  }

  @Test
  void anotherBuyer_inTheOtherTab_isAskedForNothing() {
    openSignedIn();
    gate.orders.add(gate.accept("QUEUED", LONG));
    buy();
    gate.orderIs("PLACED");
    heading("order", "placed");
    Page second = watched(context.newPage());
    second.navigate(gate.url());
    assertThat(second.locator("#head")).hasText(reader.head("order", "placed"));
    second.locator("#sign-out").click();
    heading("sale", "signIn");
    gate.order = null; // he has none
    second.getByLabel(reader.label("yourName")).fill("Bob");
    second.locator("#demo-sign-in button").click();
    assertThat(second.locator("#who-name")).hasText("Bob");
    assertThat(button(reader.buy("€49.00"))).isVisible();
    skip(LONGER);
    page.waitForTimeout(1_500);
    assertThat(button(reader.buy("€49.00"))).isVisible();
    assertThat(gate.asked()).isEqualTo(1);
  }

  @Test
  void anotherBuyer_fromTheShop_isAskedForNothing() {
    openAnother(
        Instant.now().minusSeconds(60), new Options("", "https://shop.example/in", null, false));
    page.navigate("about:blank");
    page.navigate(gate.url() + "#token=Ada");
    gate.orders.add(refuse(429, "not-released", LONG));
    buy();
    heading("again", "outdrawn");
    gate.orderRefusal = Problem.of("overloaded", 503, "Ask later.");
    page.reload(); // her wish is still there, and her order is looked for
    page.evaluate("location.hash = 'token=Bob'");
    page.waitForTimeout(500);
    gate.orderRefusal = null;
    skip(LONGER);
    page.waitForTimeout(1_500);
    assertThat(gate.asked()).isEqualTo(1);
    assertThat(button(reader.buy("€49.00"))).isVisible();
    gate.orders.clear();
    gate.orders.add(gate.accept("QUEUED", LONG));
    buy();
    heading("order", "queued");
    gate.orderRefusal = Problem.of("overloaded", 503, "Ask later.");
    page.evaluate("location.hash = 'token=Eve'"); // while Bob's order is looked at
    assertThat(button(reader.buy("€49.00"))).isVisible();
    gate.order = null;
    gate.orderRefusal = null;
    skip(LONGER);
    page.waitForTimeout(1_500);
    assertThat(button(reader.buy("€49.00"))).isVisible();
    assertThat(gate.asked()).isEqualTo(2);
  }

  @Test
  void passOfNoSense_isNoEndOfThePage() {
    openSignedIn();
    page.evaluate("localStorage.setItem('doorbuster.pass.winter-boots', '{\"pass\": \"a.!.c\"}')");
    page.reload();
    assertThat(button(reader.buy("€49.00"))).isVisible();
  }

  @Test
  void renewal_inOneTab_leavesTheWishOfTheOther() {
    openSignedIn();
    gate.orders.add(refuse(429, "not-released", LONG));
    gate.orders.add(refuse(401, "unauthenticated", null));
    gate.orders.add(gate.accept("QUEUED", LONG));
    buy();
    heading("again", "outdrawn");
    Page second = watched(context.newPage());
    second.navigate(gate.url());
    second
        .getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(reader.buy("€49.00")))
        .click();
    assertThat(second.locator("#head")).hasText(reader.head("order", "queued"));
    heading("again", "outdrawn");
    skip(LONGER);
    heading("order", "queued");
    assertThat(gate.asked()).isEqualTo(4);
  }

  @Test
  void blockedBuyer_isToldSo_andAsksNoMore() {
    openSignedIn();
    gate.orders.add(gate.accept("QUEUED", LONG));
    buy();
    heading("order", "queued");
    gate.orderRefusal = Problem.of("forbidden", 403, "This account is blocked.");
    heading("end", "forbidden");
    gate.orderRefusal = null;
    gate.order = null;
    gate.orders.clear();
    gate.orders.add(refuse(429, "not-released", LONG));
    page.reload();
    buy();
    heading("again", "outdrawn");
    gate.orderRefusal = Problem.of("forbidden", 403, "This account is blocked.");
    page.reload(); // with a wish that waits for its next try
    heading("end", "forbidden");
    assertThat(gate.asked()).isEqualTo(2);
    int calls = gate.calls.size();
    skip(LONGER);
    page.waitForTimeout(1_500);
    assertThat(gate.calls).hasSize(calls);
  }

  @Test
  void clock_whileTheSameStateIsToldAgain_goesOn() {
    openAnother(Instant.now().plusSeconds(150), DEMO);
    signIn();
    gate.toldNow = gate.now();
    for (int i = 0; i < 40; i++) {
      page.waitForResponse("**/state.json", () -> page.clock().fastForward(5_000));
    }
    assertThat(button(reader.buy("€49.00"))).isVisible();
  }

  @Test
  void quantity_andKind_makeTheTotal() {
    openSignedIn();
    button(reader.label("more")).click();
    button(reader.label("more")).click();
    assertThat(button(reader.buy("€98.00"))).isVisible();
    page.getByText("Black, 44").click();
    assertThat(button(reader.buy("€119.00"))).isVisible();
    button(reader.label("fewer")).click();
    assertThat(button(reader.buy("€59.50"))).isVisible();
  }

  @Test
  void fragment_withAToken_becomesAPass_andIsGone() {
    openAnother(
        Instant.now().minusSeconds(60),
        new Options("", "https://shop.example/sign-in?x=1", null, false));
    heading("sale", "signIn");
    assertThat(button(reader.button("signIn"))).isVisible();
    gate.passRefusal = Problem.of("overloaded", 503, "Many sign in.").withRetryAfter(LONG);
    page.navigate("about:blank");
    page.navigate(gate.url() + "#token=from-the-shop");
    heading("end", "signInBusy");
    assertThat(page.url()).isEqualTo(gate.url());
    gate.passRefusal = null;
    skip(LONGER);
    assertThat(button(reader.buy("€49.00"))).isVisible();
    assertThat(page.locator("#who-name")).hasText(reader.words().getString("signedIn"));
  }

  @Test
  void page_withoutAScript_tellsWhatIsSoldAndWhen() {
    try (BrowserContext plain = newContext(false)) {
      Page read = plain.newPage();
      read.navigate(gate.url());
      assertThat(read.locator("h1")).hasText(gate.sale.title());
      assertThat(read.locator("label.sku")).hasCount(3);
      assertThat(read.locator("label.sku").first()).containsText("49.00 EUR");
      assertThat(read.locator("#text time")).hasText(gate.sale.opensAt().toString());
      assertThat(read.locator("noscript p")).hasText(reader.label("needsScript"));
      assertThat(read.locator("noscript p")).isVisible();
      assertThat(read.locator("#primary")).isHidden();
    }
  }

  @Test
  void signIn_byOpenIdConnect_becomesAPass_andAForeignTokenDoesNot() throws IOException {
    try (FakeProvider provider = new FakeProvider()) {
      openAnother(Instant.now().minusSeconds(60), new Options("", null, provider.oidc(), false));
      provider.refuses = true;
      button(reader.button("signIn")).click();
      heading("end", "signInFailed");
      assertThat(page.url()).isEqualTo(gate.url());
      provider.refuses = false;
      provider.nonceInstead = "another";
      button(reader.button("signIn")).click();
      heading("end", "signInFailed");
      assertThat(gate.callsOf("POST /api/sales/winter-boots/pass")).isZero();
      provider.nonceInstead = "";
      button(reader.button("signIn")).click();
      assertThat(button(reader.buy("€49.00"))).isVisible();
      assertThat(page.url()).isEqualTo(gate.url());
      assertThat(gate.callsOf("POST /api/sales/winter-boots/pass")).isEqualTo(1);
    }
  }
}
