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
import io.doorbuster.page.SaleState.SkuFlag;
import io.doorbuster.sale.Language;
import io.doorbuster.sale.SalePhase;
import io.doorbuster.sale.Sku;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real browser walks the page through its states; each leaves pictures behind. */
@Tag("browser")
final class PageIT {
  private static final Path PICTURES = Path.of("target", "pictures");

  /** Generous: the browser may share two cores with much else. */
  private static final double PATIENCE_MS = 15_000;

  private static final Options DEMO = new Options("", null, null, true);

  /** What changes slowly, such as a colour, is judged only when it is what it will be. */
  private static final String COLOURS_ARE_THERE =
      """
      Promise.all(document.getAnimations().filter((one) => one instanceof CSSTransition)
        .map((one) => one.finished.catch(() => {})))
      """;

  private static final Duration SHORT = Duration.ofMillis(900);

  private static Chromium chromium;

  @TempDir private Path folder;
  private FakeGate gate;
  private BrowserContext context;
  private Page page;
  private final List<String> faults = new ArrayList<>();

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
    gate = gate(Instant.now().minusSeconds(60), DEMO, Language.EN);
    context =
        chromium
            .browser()
            .newContext(
                new Browser.NewContextOptions().setLocale("en-GB").setViewportSize(1200, 900));
    page = context.newPage();
    page.onPageError(faults::add);
    page.onConsoleMessage(
        message -> {
          boolean expected = message.text().contains("Failed to load resource");
          if (message.type().equals("error") && !expected) {
            faults.add(message.text());
          }
        });
  }

  private FakeGate gate(Instant opensAt, Options options, Language language) {
    FakeGate made =
        new FakeGate(folder, SampleSale.open(opensAt, Duration.ofHours(1), language), options);
    made.phase = opensAt.isAfter(Instant.now()) ? SalePhase.PUBLISHED : SalePhase.OPEN;
    return made;
  }

  /** Another sale than the one that is open. */
  private void openAnother(Instant opensAt, Options options, Language language) {
    gate.close();
    gate = gate(opensAt, options, language);
    page.navigate(gate.url());
  }

  private void openSignedIn() {
    page.navigate(gate.url());
    signIn();
  }

  private void signIn() {
    page.getByLabel("Your name for this demo").fill("Ada");
    button("Take part").click();
    assertThat(page.locator("#who-name")).hasText("Ada");
  }

  private Locator button(String name) {
    return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
  }

  private void heading(String text) {
    assertThat(page.locator("#head")).hasText(text);
  }

  /** Phone and desktop, light and dark. */
  private void picture(String name) {
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
      Awaitility.await()
          .atMost(Duration.ofSeconds(5))
          .untilAsserted(() -> assertReadable(name, scheme));
      for (int width : List.of(390, 1200)) {
        page.setViewportSize(width, 900);
        String file =
            "%s-%s-%d.png".formatted(name, scheme.name().toLowerCase(java.util.Locale.ROOT), width);
        page.screenshot(
            new Page.ScreenshotOptions()
                .setPath(PICTURES.resolve(file))
                .setAnimations(ScreenshotAnimations.DISABLED)
                .setFullPage(width < 400));
        Object wide = page.evaluate("document.documentElement.scrollWidth - innerWidth");
        assertThat(((Number) wide).intValue()).as("%s is too wide", file).isLessThanOrEqualTo(0);
      }
    }
  }

  /** The page may just have changed on its way to another state, so this is tried again. */
  private void assertReadable(String name, ColorScheme scheme) {
    page.evaluate(COLOURS_ARE_THERE);
    AxeBuilder axe = new AxeBuilder(page);
    if (scheme == ColorScheme.DARK) {
      axe.withRules(List.of("color-contrast")); // the rest is the same in both
    }
    assertThat(axe.analyze().getViolations()).as(name).isEmpty();
  }

  @Test
  void before_countsDown_andOpensByTheServersClock() {
    openAnother(Instant.now().plusSeconds(12), DEMO, Language.EN);
    heading("Sign in before it starts");
    assertThat(page.locator("#countdown")).isVisible();
    assertThat(page.locator("#seed")).hasText(SampleSale.SEED_SHA256);
    picture("before-signed-out");
    signIn();
    heading("You are ready");
    picture("before");
    assertThat(button("Buy for €49.00")).isHidden();
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> !Instant.now().isBefore(gate.sale.opensAt()));
    gate.phase = SalePhase.OPEN;
    assertThat(button("Buy for €49.00")).isVisible();
    picture("open");
  }

  @Test
  void buy_notDrawnThenDrawn_endsPaid() {
    openSignedIn();
    heading("The sale is open");
    gate.orders.add(gate.accept("WAITING", Duration.ofSeconds(3)));
    button("Buy for €49.00").click();
    heading("You are in the draw");
    picture("waiting");
    gate.orderIs("NOT_DRAWN");
    heading("Not drawn this time");
    gate.orders.clear();
    gate.orders.add(gate.accept("QUEUED", SHORT));
    heading("Got one");
    picture("queued");
    gate.orderIs("PLACED");
    heading("Reserved for you");
    assertThat(page.locator("#left")).containsText("Pay within");
    picture("placed");
    Locator pay = page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Pay now"));
    assertThat(pay).hasAttribute("href", gate.origin() + "/pay/" + FakeGate.ORDER);
    pay.click();
    assertThat(page.getByRole(AriaRole.HEADING)).hasText("49.00 EUR");
    picture("payment");
    page.navigate(page.url() + "?failed=1");
    picture("payment-failed");
    gate.orderIs("PAID");
    page.navigate(gate.url());
    heading("Paid. It is yours");
    picture("paid");
    assertThat(gate.asked()).isEqualTo(2);
  }

  @Test
  void buy_refusedInManyWays_asksAgainByItself() {
    openSignedIn();
    gate.orders.add(refuse(429, "not-released", Duration.ofSeconds(3)));
    gate.orders.add(refuse(429, "too-fast", SHORT));
    gate.orders.add(refuse(429, "not-counted", SHORT));
    gate.orders.add(edge(503));
    gate.orders.add(refuse(503, "overloaded", SHORT));
    gate.orders.add(gate.accept("QUEUED", SHORT));
    button("Buy for €49.00").click();
    heading("Not drawn this time");
    assertThat(page.locator("#note")).containsText("Asking again by itself");
    assertThat(page.locator("#primary")).isHidden();
    picture("again");
    heading("A moment");
    heading("Your entry came too late");
    heading("Very many people at once");
    heading("Got one");
    assertThat(gate.asked()).isEqualTo(6);
  }

  @Test
  void stop_whileWaitingForTheNextTry_endsIt() {
    openSignedIn();
    gate.orders.add(refuse(503, "overloaded", Duration.ofSeconds(2)));
    button("Buy for €49.00").click();
    button("Stop asking").click();
    heading("The sale is open");
    page.waitForTimeout(3_500);
    assertThat(gate.asked()).isEqualTo(1);
    assertThat(button("Buy for €49.00")).isVisible();
  }

  @Test
  void buy_withALostAnswer_findsItsOrderInsteadOfAskingTwice() {
    openSignedIn();
    gate.orders.add(gate.acceptUnheard());
    button("Buy for €49.00").click();
    heading("Got one");
    assertThat(gate.asked()).isEqualTo(1);
  }

  @Test
  void buy_whileAsking_hasItsButtonOff() {
    openSignedIn();
    gate.orders.add(
        exchange -> {
          Runnable later = () -> gate.accept("QUEUED", SHORT).accept(exchange);
          exchange.after(Duration.ofSeconds(6), later);
        });
    button("Buy for €49.00").dblclick();
    assertThat(page.locator("#primary")).isDisabled();
    heading("Asking");
    picture("asking");
    heading("Got one");
    assertThat(gate.asked()).isEqualTo(1);
  }

  @Test
  void order_lost_isAskedForAgain_andAnExpiredOneIsNot() {
    openSignedIn();
    gate.orders.add(gate.accept("QUEUED", SHORT));
    button("Buy for €49.00").click();
    heading("Got one");
    gate.orderIs("LOST");
    Awaitility.await().until(() -> gate.asked() == 2);
    heading("Got one");
    gate.orderIs("EXPIRED");
    heading("The time to pay ran out");
    picture("expired");
    assertThat(gate.asked()).isEqualTo(2);
  }

  @Test
  void cancel_needsTwoClicks_andGivesTheUnitBack() {
    openSignedIn();
    gate.orderIs("PLACED");
    page.reload();
    heading("Reserved for you");
    button("Cancel this order").click();
    page.waitForTimeout(300);
    heading("Reserved for you");
    button("Click again to give it back").click();
    heading("Order cancelled");
    assertThat(gate.callsOf("POST /api/orders/" + FakeGate.ORDER + "/cancel")).isEqualTo(1);
  }

  @Test
  void unauthenticated_inTheMiddle_signsInAgainAndGoesOn() {
    openSignedIn();
    gate.orders.add(refuse(401, "unauthenticated", null));
    gate.orders.add(gate.accept("QUEUED", SHORT));
    button("Buy for €49.00").click();
    heading("Got one");
    assertThat(gate.callsOf("POST /api/sales/winter-boots/pass")).isEqualTo(2);
  }

  @Test
  void forbidden_isSaidAndEndsIt() {
    openSignedIn();
    gate.orders.add(refuse(403, "forbidden", null));
    button("Buy for €49.00").click();
    heading("This account cannot take part");
    picture("forbidden");
  }

  @Test
  void state_ofTheSale_isShownAsItChanges() {
    openSignedIn();
    gate.flags.put("boots-43", SkuFlag.SOLD_OUT);
    assertThat(page.locator("label[data-sku=boots-43] .tag")).hasText("sold out");
    gate.flags.put("boots-42", SkuFlag.ALL_RESERVED);
    gate.flags.put("boots-43", SkuFlag.ALL_RESERVED);
    gate.flags.put("boots-44", SkuFlag.ALL_RESERVED);
    gate.nextRelease = Instant.now().plusSeconds(200);
    heading("All reserved");
    assertThat(page.locator("#pill")).hasText("All reserved");
    picture("all-reserved");
    button("Ask at the next release").click();
    assertThat(page.locator("#note")).containsText("Asking again by itself in");
    assertThat(gate.asked()).isZero();
    gate.phase = SalePhase.PAUSED;
    heading("Paused for a moment");
    picture("paused");
    gate.phase = SalePhase.OPEN;
    gate.flags.replaceAll((sku, flag) -> SkuFlag.SOLD_OUT);
    heading("Sold out");
    picture("sold-out");
    gate.phase = SalePhase.CLOSED;
    heading("This sale is over");
    picture("closed");
    gate.stateAway = true;
    assertThat(page.locator("#pill")).hasText("No connection");
  }

  @Test
  void quantity_andKind_makeTheTotal() {
    openSignedIn();
    button("One more").click();
    button("One more").click();
    assertThat(button("Buy for €98.00")).isVisible();
    page.getByText("Black, 44").click();
    assertThat(button("Buy for €119.00")).isVisible();
    button("One fewer").click();
    assertThat(button("Buy for €59.50")).isVisible();
  }

  @Test
  void fragment_withAToken_becomesAPass_andIsGone() {
    openAnother(
        Instant.now().minusSeconds(60),
        new Options("", "https://shop.example/sign-in?x=1", null, false),
        Language.EN);
    heading("The sale is open");
    assertThat(button("Sign in")).isVisible();
    gate.passRefusal =
        Problem.of("overloaded", 503, "Many sign in.").withRetryAfter(Duration.ofMillis(500));
    page.navigate("about:blank");
    page.navigate(gate.url() + "#token=from-the-shop");
    heading("Very many people sign in");
    assertThat(page.url()).isEqualTo(gate.url());
    gate.passRefusal = null;
    assertThat(button("Buy for €49.00")).isVisible();
    assertThat(page.locator("#who-name")).hasText("Signed in");
  }

  /** The whole way once more; nothing on it may speak English. */
  @Test
  void buy_inChinese_endsPaid() {
    openAnother(Instant.now().plusSeconds(6), DEMO, Language.ZH);
    heading("请在开售前登录");
    picture("zh-before");
    page.getByLabel("您在本演示中的名字").fill("Ada");
    button("参加").click();
    heading("您已准备就绪");
    Awaitility.await().until(() -> !Instant.now().isBefore(gate.sale.opensAt()));
    gate.phase = SalePhase.OPEN;
    gate.orders.add(refuse(429, "not-released", Duration.ofSeconds(2)));
    gate.orders.add(gate.accept("WAITING", Duration.ofSeconds(2)));
    button("立即购买 €49.00").click();
    heading("这次未抽中");
    picture("zh-again");
    heading("您已进入抽签");
    gate.orderIs("PLACED");
    heading("已为您保留");
    picture("zh-placed");
    gate.orderIs("PAID");
    heading("付款成功，归您所有");
    String seen = page.locator("body").innerText();
    for (String ours : List.of("Ada", "SHA-256", gate.sale.title(), FakeGate.ORDER)) {
      seen = seen.replace(ours, "");
    }
    for (Sku sku : gate.sale.skus()) {
      seen = seen.replace(sku.name(), "");
    }
    seen = seen.replace(gate.sale.description(), "");
    assertThat(seen.replace(SampleSale.SEED_SHA256, "")).doesNotContainPattern("[A-Za-z]{4,}");
  }

  @Test
  void signIn_byOpenIdConnect_becomesAPass_andAForeignTokenDoesNot() throws IOException {
    try (FakeProvider provider = new FakeProvider()) {
      openAnother(
          Instant.now().minusSeconds(60),
          new Options("", null, provider.oidc(), false),
          Language.EN);
      provider.refuses = true;
      button("Sign in").click();
      heading("Sign-in did not work");
      assertThat(page.url()).isEqualTo(gate.url());
      provider.refuses = false;
      provider.nonceInstead = "another";
      button("Sign in").click();
      heading("Sign-in did not work");
      assertThat(gate.callsOf("POST /api/sales/winter-boots/pass")).isZero();
      provider.nonceInstead = "";
      button("Sign in").click();
      assertThat(button("Buy for €49.00")).isVisible();
      assertThat(page.url()).isEqualTo(gate.url());
      assertThat(gate.callsOf("POST /api/sales/winter-boots/pass")).isEqualTo(1);
    }
  }
}
