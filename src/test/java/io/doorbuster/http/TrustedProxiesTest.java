package io.doorbuster.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TrustedProxiesTest {
  private static final TrustedProxies OURS =
      TrustedProxies.of(List.of("10.1.0.0/16", "192.0.2.7", "2001:db8::/32"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "198.51.100.4 | 203.0.113.9                        | 198.51.100.4",
        "10.1.2.3     | none                               | 10.1.2.3",
        "10.1.2.3     | 203.0.113.9                        | 203.0.113.9",
        "192.0.2.7    | 203.0.113.9                        | 203.0.113.9",
        "192.0.2.8    | 203.0.113.9                        | 192.0.2.8",
        "2001:db8::1  | 2001:4860::8                       | 2001:4860::8",
        "10.1.2.3     | 1.1.1.1, 203.0.113.9               | 203.0.113.9",
        "10.1.2.3     | 1.1.1.1, 203.0.113.9 , 10.1.9.9    | 203.0.113.9",
        "10.1.2.3     | 10.1.9.9                           | 10.1.9.9",
        "10.1.2.3     | unknown                            | 10.1.2.3",
        "10.1.2.3     | unknown, 10.1.4.4                  | 10.1.4.4",
        "10.1.2.3     | ''                                 | 10.1.2.3",
      })
  void address_isTheNearestThatIsNoneOfOurs(String peer, String forwardedFor, String address) {
    assertThat(OURS.address(peer, forwardedFor)).isEqualTo(address);
  }

  @Test
  void address_whereNobodyIsTrusted_isTheConnections() {
    assertThat(TrustedProxies.NONE.address("10.1.2.3", "203.0.113.9")).isEqualTo("10.1.2.3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"proxy.internal", "10.1.0.0/33", "10.1.0.0/x", "10.1", "", "/8"})
  void network_thatIsNone_isNamed(String text) {
    assertThatThrownBy(() -> TrustedProxies.of(List.of(text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("`" + text + "` is no network");
  }
}
