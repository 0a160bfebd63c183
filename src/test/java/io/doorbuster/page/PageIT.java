package io.doorbuster.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.doorbuster.page.FakeGate.edge;
import static io.doorbuster.page.FakeGate.refuse;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ScreenshotAnimations;
import io.doorbuster.Chromium;
import io.doorbuster.http.Problem;
import io.doorbuster.page.PageRenderer.Options;
import io.doorbuster.page.Reader.Screen;
import io.doorbuster.page.SaleState.SkuFlag;
import io.doorbuster.sale.Language;
import io.doorbuster.sale.SalePhase;
import io.doorbuster.sale.Sku;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A real browser walks the page through its states, on a phone and on a desktop, in both languages;
 * each state leaves pictures behind. A state that would pass by itself waits for {@link #skip},
 * which lets the clocks of page and gate jump, so that a slow machine sees it too.
 */
@Tag("browser")
@ParameterizedClass
@MethodSource("readers")
final class PageIT {
  private static final Path PICTURES = Path.of("target", "pictures");

  /** Generous: the browser may share two cores with much else. */
  private static final double PATIENCE_MS = 20_000;

  private static final Options DEMO = new Options("", null, null, true);

  /** What changes slowly, such as a colour, is judged only when it is what it will be. */
  private static final String COLOURS_ARE_THERE =
      """
      Promise.all(document.getAnimations().filter((one) => one instanceof CSSTransition)
        .map((one) => one.finished.catch(() => {})))
      """;

  /** What lasts until the test lets it pass. */
  private static final Duration LONG = Duration.ofSeconds(60);

  /** With what the page adds to a wait. */
  private static final Duration LONGER = LONG.plusSeconds(3);

  private static Chromium chromium;

  @Parameter private Reader reader;
  @TempDir private Path folder;
  private FakeGate gate;
  private BrowserContext context;
  private Page page;
  private final List<String> faults = new ArrayList<>();

  static Stream<Reader> readers() {
    return Arrays.stream(Language.values())
        .flatMap(one -> Arrays.stream(Screen.values()).map(screen -> Reader.of(one, screen)));
  }

  @BeforeAll
  static void launch() {
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
    chromium = new Chromium();
  }

  @AfterAll
  static void quit() {
    chromium.close();
  }

  @AfterEach
  void close() {
    context.close();
    gate.close();
    assertThat(faults).isEmpty();
  }

  @BeforeEach
  void open() {
    gate = gate(Instant.now().minusSeconds(60), DEMO);
    context = newContext(true);
    page = watched(context.newPage());
    page.clock().install();
  }

  private BrowserContext newContext(boolean script) {
    return chromium
        .browser()
        .newContext(
            new Browser.NewContextOptions()
                .setLocale(reader.locale())
                .setJavaScriptEnabled(script)
                .setViewportSize(reader.screen().width, reader.screen().height));
  }

  /** Errors in the browser's console are faults, but for answers that are none of ours to mend. */
  private Page watched(Page opened) {
    opened.onPageError(faults::add);
    opened.onConsoleMessage(
        message -> {
          boolean expected = message.text().contains("Failed to load resource");
          if (message.type().equals("error") && !expected) {
            faults.add(message.text());
          }
        });
    return opened;
  }

  private FakeGate gate(Instant opensAt, Options options) {
    FakeGate made =
        new FakeGate(
            folder, SampleSale.open(opensAt, Duration.ofHours(3), reader.language()), options);
    made.phase = opensAt.isAfter(Instant.now()) ? SalePhase.PUBLISHED : SalePhase.OPEN;
    return made;
  }

  /** Another sale than the one that is open. */
  private void openAnother(Instant opensAt, Options options) {
    gate.close();
    gate = gate(opensAt, options);
    page.navigate(gate.url());
  }

  /** The page first: a state that it gets in between is older than it knows by then, and harmless. */
  private void skip(Duration time) {
    page.clock().fastForward(time.toMillis());
    gate.skip(time);
  }

  private void openSignedIn() {
    page.navigate(gate.url());
    signIn();
  }

  private void signIn() {
    page.getByLabel(reader.label("yourName")).fill("Ada");
    button(reader.label("takePart")).click();
    assertThat(page.locator("#who-name")).hasText("Ada");
  }

  private Locator button(String name) {
    return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
  }

  private void buy() {
    button(reader.buy("€49.00")).click();
  }

  private void heading(String group, String key) {
    assertThat(page.locator("#head")).hasText(reader.head(group, key));
  }

  private void pill(String key) {
    assertThat(page.locator("#pill")).hasText(reader.head("pill", key));
  }

  private void note(String key) {
    assertThat(page.locator("#note")).containsText(reader.fixed(key));
  }

  /** Light and dark. */
  private void picture(String name) {
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
      if (reader.language() == Language.EN) {
        assertReadable(name, scheme);
      }
      String file =
          "%s-%s-%s.png".formatted(name, reader, scheme.name().toLowerCase(Locale.ROOT));
      page.screenshot(
          new Page.ScreenshotOptions()
              .setPath(PICTURES.resolve(file))
              .setAnimations(ScreenshotAnimations.DISABLED)
              .setFullPage(reader.screen() == Screen.PHONE));
      Object wide = page.evaluate("document.documentElement.scrollWidth - innerWidth");
      assertThat(((Number) wide).intValue()).as("%s is too wide", file).isLessThanOrEqualTo(0);
    }
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
  }

  /** The page may just have changed on its way to another state, so this is tried again. */
  private void assertReadable(String name, ColorScheme scheme) {
    Awaitility.await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              page.evaluate(COLOURS_ARE_THERE);
              AxeBuilder axe = new AxeBuilder(page);
              if (scheme == ColorScheme.DARK) {
                axe.withRules(List.of("color-contrast")); // the rest is the same in both
              }
              assertThat(axe.analyze().getViolations()).as(name).isEmpty();
            });
  }

  /** What a reader of another language than English sees has no English word in it. */
  private void assertOwnLanguage() {
    if (reader.language() == Language.EN) {
      return;
    }
    String seen = page.locator("body").innerText();
    List<String> given = new ArrayList<>(List.of("Ada", "SHA-256", FakeGate.ORDER));
    given.addAll(List.of(gate.sale.title(), SampleSale.SEED_SHA256));
    given.addAll(List.of(gate.sale.description().split("\n", -1)));
    gate.sale.skus().stream().map(Sku::name).forEach(given::add);
    for (String ours : given) {
      seen = seen.replace(ours, "");
    }
    assertThat(seen).doesNotContainPattern("[A-Za-z]{4,}");
  }

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
    gate.orders.add(edge(524));
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
  void unauthenticated_inTheMiddle_signsInAgainAndGoesOn() {
    openSignedIn();
    gate.orders.add(refuse(401, "unauthenticated", null));
    gate.orders.add(gate.accept("QUEUED", LONG));
    buy();
    heading("order", "queued");
    assertThat(gate.callsOf("POST /api/sales/winter-boots/pass")).isEqualTo(2);
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
