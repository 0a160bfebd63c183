package io.doorbuster.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import io.doorbuster.Chromium;
import io.doorbuster.ShopHost;
import io.doorbuster.cli.edge.RealNginx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page of docs/integrate.md on a shop's host, by a real nginx, of a real server. */
@Tag("browser")
@Tag("nginx")
@Timeout(200)
final class BuyOnShopsPageIT {
  private static final String SECRET = "a-secret-of-the-shop-for-this-test";
  private static final double SALE_MS = 60_000;

  @TempDir private Path folder;

  private void configure(String site, ShopHost shop) throws Exception {
    Files.writeString(
        folder.resolve("doorbuster.yaml"),
        """
        http: {publicUrl: '%s', allowedOrigins: '%s', trustedProxies: 127.0.0.1}
        identity: {hs256Secret: '%s', signInUrl: '%s/sign-in'}
        """
            .formatted(site, shop.origin(), SECRET, shop.origin()));
    shop.token = Tokens.of(SECRET, "buyer-1");
    shop.page = ShopHost.example(site + "/s/boots/");
    assertThat(shop.page).contains(site + "/s/boots/embed.js");
  }

  private static void publish(RealServer server) {
    Instant opensAt = Instant.now().minusSeconds(1);
    String sale =
        """
        {id: boots, title: Boots, currency: EUR, opensAt: '%s', closesAt: '%s',
         release: {wave: 5, every: 2s}, test: true,
         skus: [{id: boots-42, price: 49.00, units: 20}]}
        """
            .formatted(opensAt, opensAt.plusSeconds(3_600));
    server.admin("POST", "/admin/api/sales", sale);
    assertThat(server.admin("POST", "/admin/api/sales/boots/publish", "{}").getString("phase"))
        .isEqualTo("OPEN");
  }

  @Test
  void buyer_onTheDocumentedPage_buysAndPays_andOnAnotherHostsNot() throws Exception {
    RealServer server = new RealServer(folder);
    try (ShopHost shop = new ShopHost();
        ShopHost copycat = new ShopHost();
        RealNginx edge =
            new RealNginx(
                folder.resolve("edge"),
                "--gate",
                server.address().getAuthority(),
                "--allow-origin",
                shop.origin(),
                "--test-payments");
        server;
        Chromium chromium = new Chromium()) {
      configure("http://127.0.0.1:" + edge.port, shop);
      server.start();
      publish(server);
      PlaywrightAssertions.setDefaultAssertionTimeout(15_000);
      try (Page page = chromium.browser().newPage()) {
        buy(page, shop);
      }
      copycat.page = shop.page;
      seeNothing(chromium.browser(), copycat);
    }
  }

  private static void buy(Page page, ShopHost shop) {
    page.navigate(shop.url());
    assertThat(page.locator("#primary")).hasText("Sign in");
    page.locator("#primary").click();
    assertThat(page.locator("#primary")).containsText("Buy for");
    assertThat(page.url()).isEqualTo(shop.url());
    page.locator("#primary").click();
    LocatorAssertions.ContainsTextOptions patience =
        new LocatorAssertions.ContainsTextOptions().setTimeout(SALE_MS);
    assertThat(page.locator("#pay")).containsText("Pay now", patience);
    page.locator("#pay").click();
    page.locator("button.pays").click();
    page.navigate(shop.url());
    assertThat(page.locator("#head")).hasText("Paid. It is yours");
  }

  private static void seeNothing(Browser browser, ShopHost copycat) {
    List<String> said = new ArrayList<>();
    try (Page page = browser.newPage()) {
      page.onConsoleMessage(message -> said.add(message.text()));
      page.navigate(copycat.url());
      page.waitForTimeout(3_000);
      assertThat(page.locator("#primary")).isHidden();
    }
    assertThat(said).anyMatch(text -> text.contains("blocked by CORS policy"));
  }
}
