package io.doorbuster.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.doorbuster.page.FakeGate.refuse;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import io.doorbuster.Chromium;
import io.doorbuster.ShopHost;
import io.doorbuster.page.PageRenderer.Options;
import io.doorbuster.page.SaleState.SkuFlag;
import io.doorbuster.sale.Language;
import io.doorbuster.sale.SalePhase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script on a page of the shop's own, on another host than the sale. */
@Tag("browser")
final class ShopsPageIT {
  private static final double PATIENCE_MS = 15_000;
  private static final Duration SHORT = Duration.ofMillis(900);

  /** What it can not do without, and things of the shop's with the same names as ours. */
  private static final String LEAST =
      """
      <!doctype html><meta charset="utf-8"><title>Boots</title>
      <p id="left">left alone</p> <time datetime="2030-01-01T00:00:00Z">in 2030</time>
      <input type="radio" name="sku" value="boots-43" checked>
      <div id="doorbuster"><h2 id="head">Soon</h2><p id="text"></p>
      <button type="button" id="primary" hidden></button><a id="pay" hidden></a></div>
      <p id="text">the shop's text</p>
      <script type="module" src="SALE/embed.js"></script>
      """;

  private static Chromium chromium;

  @TempDir private Path folder;
  private final ShopHost shop = new ShopHost();
  private FakeGate gate;
  private BrowserContext context;
  private Page page;
  private final List<String> faults = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void launch() {
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
    chromium = new Chromium();
  }

  @AfterAll
  static void quit() {
    chromium.close();
  }

  @BeforeEach
  void open() {
    sell(new Options("", shop.origin() + "/sign-in", null, false), Set.of(shop.origin()));
    context = chromium.browser().newContext();
    page = context.newPage();
    page.onPageError(faults::add);
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error")) {
            faults.add(message.text());
          }
        });
  }

  private void sell(Options options, Set<String> origins) {
    if (gate != null) {
      gate.close();
    }
    Instant opensAt = Instant.now().minusSeconds(60);
    gate =
        new FakeGate(
            folder, SampleSale.open(opensAt, Duration.ofHours(1), Language.EN), options, origins);
    gate.phase = SalePhase.OPEN;
    shop.page = LEAST.replace("SALE/", gate.url());
  }

  @AfterEach
  void close() {
    context.close();
    gate.close();
    shop.close();
  }

  private void heading(String text) {
    assertThat(page.locator("#doorbuster #head")).hasText(text);
  }

  @Test
  void buyer_onAPageWithTheLeast_signsInBuysAndPays() {
    page.navigate(shop.url());
    heading("The sale is open");
    assertThat(page.locator("#primary")).hasText("Sign in");
    page.locator("#primary").click();
    assertThat(page.locator("#primary")).hasText("Buy for €49.00");
    assertThat(page.url()).isEqualTo(shop.url());
    gate.orders.add(gate.accept("WAITING", Duration.ofSeconds(2)));
    page.locator("#primary").click();
    heading("You are in the draw");
    gate.orderIs("NOT_DRAWN");
    heading("Not drawn this time");
    gate.orders.clear();
    gate.orders.add(gate.accept("QUEUED", SHORT));
    heading("Got one");
    gate.orderIs("PLACED");
    heading("Reserved for you");
    assertThat(page.locator("#pay")).hasText("Pay now");
    assertThat(page.locator("#pay")).hasAttribute("href", gate.origin() + "/pay/" + FakeGate.ORDER);
    page.reload();
    heading("Reserved for you");
    gate.orderIs("PAID");
    heading("Paid. It is yours");
    assertThat(page.locator("p#left")).hasText("left alone");
    assertThat(page.locator("time")).hasText("in 2030");
    assertThat(page.locator("body > #text")).hasText("the shop's text");
    assertThat(faults).filteredOn(fault -> !fault.contains("status of 4")).isEmpty();
  }

  @Test
  void sale_onAPageWithTheLeast_isShownAsItChanges() {
    gate.phase = SalePhase.PUBLISHED;
    page.navigate(shop.url() + "#token=from-the-shop");
    gate.phase = SalePhase.OPEN;
    heading("The sale is open");
    gate.orders.add(refuse(429, "too-fast", Duration.ofSeconds(2)));
    gate.orders.add(refuse(410, "sold-out", Duration.ofSeconds(60)));
    page.locator("#primary").click();
    heading("A moment");
    heading("All reserved");
    gate.phase = SalePhase.PAUSED;
    heading("Paused for a moment");
    gate.phase = SalePhase.OPEN;
    gate.flags.replaceAll((sku, flag) -> SkuFlag.SOLD_OUT);
    heading("Sold out");
    gate.phase = SalePhase.CLOSED;
    heading("This sale is over");
    assertThat(faults).filteredOn(fault -> !fault.contains("status of 4")).isEmpty();
  }

  @Test
  void signIn_byOpenIdConnect_comesBackToTheShopsPage() throws Exception {
    try (FakeProvider provider = new FakeProvider()) {
      sell(new Options("", null, provider.oidc(), false), Set.of(shop.origin()));
      page.navigate(shop.origin() + "/boots");
      page.locator("#primary").click();
      assertThat(page.locator("#primary")).hasText("Buy for €49.00");
      assertThat(page.url()).isEqualTo(shop.origin() + "/boots");
    }
  }

  @Test
  void page_thatLacksWhatIsNeeded_isToldWhat() {
    shop.page = shop.page.replace("id=\"pay\"", "id=\"paying\"");
    page.navigate(shop.url());
    Awaitility.await().until(() -> said("no element with the id pay"));
    faults.clear();
    shop.page = shop.page.replace("id=\"doorbuster\"", "id=\"sale\"");
    page.navigate(shop.url());
    Awaitility.await().until(() -> said("no element with the id doorbuster"));
    assertThat(page.locator("#head")).hasText("Soon");
  }

  /** Playwright tells what a page said only while it is asked something itself. */
  private boolean said(String words) {
    page.waitForTimeout(50);
    return faults.stream().anyMatch(fault -> fault.contains(words));
  }

  @Test
  void page_ofAnotherOrigin_getsNothing() {
    sell(new Options("", null, null, false), Set.of("https://shop.example"));
    page.navigate(shop.url());
    Awaitility.await().until(() -> said("blocked by CORS policy"));
    heading("Soon");
    assertThat(gate.calls).isEmpty();
  }
}
