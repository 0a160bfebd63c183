package io.doorbuster.page.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CdnEdgeTest {
  @ParameterizedTest
  @CsvSource({
    "https://203.0.113.7=sale.example, true, 203.0.113.7, 443, sale.example",
    "http://edge-1.internal:8080=sale.example, false, edge-1.internal, 8080, sale.example",
    "https://[2001:db8::1]:8443=sale.example, true, 2001:db8::1, 8443, sale.example",
    "https://sale.example, true, sale.example, 443, sale.example",
    "https://sale.example/, true, sale.example, 443, sale.example",
  })
  void parse_whatNamesAnEdge_isRead(
      String text, boolean tls, String address, int port, String host) {
    assertThat(CdnEdge.parse(text)).hasValue(new CdnEdge(tls, address, port, host));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "203.0.113.7",
        "ftp://a",
        "https://",
        "http://a:70000",
        "http://a/s",
        "http://a=b c"
      })
  void parse_anythingElse_isNone(String text) {
    assertThat(CdnEdge.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "X-Cache, HIT, HIT",
    "X-Cache, Miss from cloudfront, MISS",
    "X-Cache, 'MISS, HIT', HIT",
    "X-Cache, 'HIT, MISS', MISS",
    "X-Cache, HIT TCP_MEM_HIT dirn:1, HIT",
    "X-Cache, MISS TCP_MISS dirn:-2, MISS",
    "X-Cache, EXPIRED, MISS",
    "X-Cache, UPDATING, HIT",
    "X-Cache, LOCAL, HIT",
    "CF-Cache-Status, HIT, HIT",
    "CF-Cache-Status, DYNAMIC, MISS",
    "CF-Cache-Status, REVALIDATED, MISS",
    "X-Varnish, 32770 3, HIT",
    "X-Varnish, 32770, MISS",
    "Age, 12, HIT",
    "Age, 0, MISS",
    "Server, nginx, UNTOLD",
  })
  void answer_ofManyCaches_isUnderstood(String name, String value, CacheAnswer expected) {
    assertThat(CacheAnswer.of(MultiMap.caseInsensitiveMultiMap().add(name, value)))
        .isEqualTo(expected);
  }

  @Test
  void answer_thatSaysTwoThings_isJudgedByTheClearerOne() {
    MultiMap both = MultiMap.caseInsensitiveMultiMap().add("Age", "30").add("X-Cache", "MISS");
    assertThat(CacheAnswer.of(both)).isEqualTo(CacheAnswer.MISS);
  }
}
