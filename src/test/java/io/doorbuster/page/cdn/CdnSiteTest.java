package io.doorbuster.page.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CdnSiteTest {
  @ParameterizedTest
  @CsvSource({
    "https://Sale.Shop.example/, https://sale.shop.example/s/boots/, sale.shop.example",
    "https://sale.shop.example:443, https://sale.shop.example/s/boots/, sale.shop.example",
    "http://sale.shop.example:8080, http://sale.shop.example:8080/s/boots/,"
        + " sale.shop.example:8080",
  })
  void site_ofAnAddress_knowsItsFiles(String text, String url, String host) {
    CdnSite site = CdnSite.parse(text).orElseThrow();
    assertThat(site.url("/s/boots/")).isEqualTo(url);
    assertThat(site.host()).isEqualTo(host);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "sale.shop.example", "https://a/s/", "https://a?x", "https://1.2.3.4=a"})
  void site_ofAnythingElse_isNone(String text) {
    assertThat(CdnSite.parse(text)).isEmpty();
  }
}
