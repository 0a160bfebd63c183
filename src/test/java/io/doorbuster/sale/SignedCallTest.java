package io.doorbuster.sale;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SignedCallTest {
  private static final byte[] SECRET = bytes("secret");
  private static final byte[] BODY = bytes("{\"order\":\"A\"}");
  private static final Instant NOW = Instant.ofEpochSecond(1_795_773_600);
  private static final String TIME = "1795773600";

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static boolean verify(@Nullable String time, @Nullable String signature, byte[] body) {
    return SignedCall.verify(SECRET, time, signature, body, NOW);
  }

  @Test
  void sign_aKnownCall_isTheKnownHmac() {
    // printf '1795773600.{"order":"A"}' | openssl dgst -sha256 -hmac secret
    assertThat(SignedCall.sign(SECRET, 1_795_773_600L, BODY))
        .isEqualTo("v1=a38244dd7863aef72fdb2e2e248621e5d6ccf0ac8ca9162af1a777fdb9ee6ac4");
  }

  @Test
  void verify_aGenuineCall_isTrueWithinTheTolerance() {
    for (long seconds : new long[] {0, 300, -300}) {
      long time = NOW.getEpochSecond() + seconds;
      assertThat(verify(Long.toString(time), SignedCall.sign(SECRET, time, BODY), BODY)).isTrue();
    }
    for (long seconds : new long[] {301, -301, 1_000_000}) {
      long time = NOW.getEpochSecond() + seconds;
      assertThat(verify(Long.toString(time), SignedCall.sign(SECRET, time, BODY), BODY)).isFalse();
    }
  }

  @Test
  void verify_anythingChanged_isFalse() {
    String signature = SignedCall.sign(SECRET, NOW.getEpochSecond(), BODY);
    assertThat(verify(TIME, signature, bytes("{\"order\":\"B\"}"))).isFalse();
    assertThat(verify("1795773601", signature, BODY)).isFalse();
    assertThat(SignedCall.verify(bytes("other"), TIME, signature, BODY, NOW)).isFalse();
    assertThat(verify(TIME, signature.substring(3), BODY)).isFalse();
    assertThat(verify(TIME, signature + "0", BODY)).isFalse();
    assertThat(verify(TIME, signature.substring(0, signature.length() - 1), BODY)).isFalse();
    assertThat(
            verify(TIME, "v1=" + signature.substring(3).toUpperCase(java.util.Locale.ROOT), BODY))
        .isFalse();
  }

  @Test
  void verify_garbage_isFalseAndDoesNotThrow() {
    String signature = SignedCall.sign(SECRET, NOW.getEpochSecond(), BODY);
    assertThat(verify(null, signature, BODY)).isFalse();
    assertThat(verify(TIME, null, BODY)).isFalse();
    for (String time : new String[] {"", "now", "-1", "9999999999999999999", "1.5", " " + TIME}) {
      assertThat(verify(time, signature, BODY)).isFalse();
    }
    for (String wrong : new String[] {"", "v1=", "v2=00", "\0", "ü"}) {
      assertThat(verify(TIME, wrong, BODY)).isFalse();
    }
  }
}
