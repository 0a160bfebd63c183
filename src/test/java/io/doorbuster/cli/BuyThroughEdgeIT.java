package io.doorbuster.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.nimbusds.jose.JOSEException;
import io.doorbuster.Chromium;
import io.doorbuster.RealBucket;
import io.doorbuster.cli.edge.RealNginx;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** People at a browser buy from the published folder, by a real nginx, of a real server. */
@Tag("browser")
@Tag("nginx")
@Timeout(300)
final class BuyThroughEdgeIT {
  private static final String SECRET = "a-secret-of-the-shop-for-this-test";
  private static final Path PICTURES = Path.of("target", "pictures");

  /** A draw each two seconds, and a machine that has much else to do. */
  private static final double SALE_MS = 60_000;

  @TempDir private Path folder;

  /** What an edge says that has kept the page, or has just asked for it again. */
  private static final Set<String> CACHED =
      Set.of("HIT", "MISS", "EXPIRED", "STALE", "REVALIDATED", "UPDATING");

  /** What the page says where a person reads it. */
  private record Words(String language, String buy, String pay, String paid) {}

  private static final List<Words> LANGUAGES =
      List.of(
          new Words("en", "Buy for", "Pay now", "Paid. It is yours"),
          new Words("zh", "立即购买", "去付款", "付款成功，归您所有"));

  private static void publish(RealServer server, String language) {
    Instant opensAt = Instant.now().minusSeconds(1);
    String sale =
        """
        {id: boots-%s, title: Boots, language: %s, currency: EUR, opensAt: '%s', closesAt: '%s',
         release: {wave: 5, every: 2s}, test: true,
         skus: [{id: boots-42, price: 49.00, units: 20}]}
        """
            .formatted(language, language, opensAt, opensAt.plusSeconds(3_600));
    server.admin("POST", "/admin/api/sales", sale);
    String path = "/admin/api/sales/boots-" + language + "/publish";
    assertThat(server.admin("POST", path, "{}").getString("phase")).isEqualTo("OPEN");
  }

  @Test
  void people_onPhoneAndDesktop_inBothLanguages_buyAndPay() throws Exception {
    RealServer server = new RealServer(folder);
    Path pages = Files.createDirectories(folder.resolve("pages"));
    try (RealNginx edge =
            new RealNginx(
                folder.resolve("edge"),
                "--gate",
                server.address().getAuthority(),
                "--root",
                pages.toString(),
                "--test-payments");
        server;
        Chromium chromium = new Chromium()) {
      String site = "http://127.0.0.1:" + edge.port;
      Files.writeString(
          folder.resolve("doorbuster.yaml"),
          """
          http: {publicUrl: '%s', trustedProxies: 127.0.0.1}
          page: {folder: '%s'}
          identity: {hs256Secret: '%s'}
          """
              .formatted(site, pages, SECRET));
      server.start();
      for (HttpResponse<String> html : buyAll(server, edge, site, chromium)) {
        assertThat(html.headers().firstValue("X-Cache")).hasValue("LOCAL");
      }
    }
  }

  @Test
  void people_buyFromAPageInABucket_whichOutlivesTheBucket() throws Exception {
    RealServer server = new RealServer(folder);
    try (RealBucket bucket = new RealBucket(true);
        RealNginx edge =
            new RealNginx(
                folder.resolve("edge"),
                "--gate",
                server.address().getAuthority(),
                "--bucket",
                bucket.publicAddress() + "/spring",
                "--operators",
                "127.0.0.1",
                "--test-payments");
        server;
        Chromium chromium = new Chromium()) {
      String site = "http://127.0.0.1:" + edge.port;
      Files.writeString(
          folder.resolve("doorbuster.yaml"),
          """
          http: {publicUrl: '%s', trustedProxies: 127.0.0.1}
          page:
            bucket:
              {name: %s, endpoint: '%s', prefix: spring, accessKey: %s, secretKey: '%s'}
          identity: {hs256Secret: '%s'}
          """
              .formatted(
                  site,
                  RealBucket.NAME,
                  bucket.endpoint(),
                  RealBucket.ACCESS_KEY,
                  RealBucket.SECRET_KEY,
                  SECRET));
      server.start();
      for (HttpResponse<String> html : buyAll(server, edge, site, chromium)) {
        assertThat(html.headers().firstValue("X-Cache"))
            .hasValueSatisfying(kept -> assertThat(CACHED).contains(kept));
        assertThat(html.headers().map().keySet()).noneMatch(name -> name.startsWith("x-amz"));
      }
      String path = "/s/boots-en/";
      HttpResponse<String> zipped = edge.get(path, "Accept-Encoding", "gzip, br");
      assertThat(zipped.headers().firstValue("Content-Encoding")).hasValue("gzip");
      assertThat(zipped.headers().firstValue("Vary")).hasValue("Accept-Encoding");
      assertThat(zipped.headers().firstValue("Content-Security-Policy")).isPresent();
      assertThat(edge.get(path + "state.json").body()).contains("\"phase\":\"OPEN\"");
      assertThat(edge.get("/s/nothing/").statusCode()).isEqualTo(404);
      assertThat(edge.get("/s/nothing/").body()).contains("/problems/not-found");
      bucket.stopPublic();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> edge.get(path).headers().firstValue("X-Cache").equals(Optional.of("STALE")));
      HttpResponse<String> kept = edge.get(path);
      assertThat(kept.headers().firstValue("X-Cache").orElse("")).isIn("STALE", "UPDATING");
      assertThat(kept.body()).contains("<html lang=\"en\">");
    }
  }

  /** Returns what a reader of each page is sent who takes no compressed form. */
  private static List<HttpResponse<String>> buyAll(
      RealServer server, RealNginx edge, String site, Chromium chromium) throws JOSEException {
    PlaywrightAssertions.setDefaultAssertionTimeout(15_000);
    List<HttpResponse<String>> pages = new ArrayList<>();
    for (Words words : LANGUAGES) {
      publish(server, words.language);
      String path = "/s/boots-" + words.language + "/";
      await().atMost(Duration.ofSeconds(30)).until(() -> edge.get(path).statusCode() == 200);
      for (Map.Entry<String, Integer> size : Map.of("phone", 390, "desktop", 1_200).entrySet()) {
        buy(chromium.browser(), site + path, words, size.getKey(), size.getValue());
      }
      HttpResponse<String> html = edge.get(path);
      assertThat(html.headers().firstValue("Content-Encoding")).isEmpty();
      assertThat(html.body()).contains("<html lang=\"" + words.language + "\">");
      pages.add(html);
    }
    return pages;
  }

  private static void buy(Browser browser, String address, Words words, String size, int width)
      throws JOSEException {
    String buyer = words.language + "-" + size;
    Browser.NewPageOptions screen = new Browser.NewPageOptions().setViewportSize(width, 900);
    try (Page page = browser.newPage(screen)) {
      page.navigate(address + "#token=" + Tokens.of(SECRET, buyer));
      assertThat(page.locator("#primary")).containsText(words.buy);
      page.locator("#primary").click();
      LocatorAssertions.ContainsTextOptions patience =
          new LocatorAssertions.ContainsTextOptions().setTimeout(SALE_MS);
      assertThat(page.locator("#pay")).containsText(words.pay, patience);
      page.screenshot(
          new Page.ScreenshotOptions().setPath(PICTURES.resolve("edge-" + buyer + ".png")));
      page.locator("#pay").click();
      page.locator("button.pays").click();
      page.navigate(address);
      assertThat(page.locator("#head")).hasText(words.paid);
      page.reload();
      assertThat(page.locator("#head")).hasText(words.paid);
    }
  }
}
