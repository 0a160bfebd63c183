package shop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SignaturesTest {
  private static final byte[] SECRET = "a secret of the test".getBytes(StandardCharsets.UTF_8);
  private static final byte[] BODY = "{\"order\":\"1\"}".getBytes(StandardCharsets.UTF_8);
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

  @Test
  void sign_theDocumentedExample_givesTheDocumentedSignature() throws IOException {
    String page = Files.readString(Path.of("docs/integrate.md"));
    String signature =
        Signatures.sign(
            documented(page, "secret").getBytes(StandardCharsets.UTF_8),
            Long.parseLong(documented(page, "timestamp")),
            documented(page, "body").getBytes(StandardCharsets.UTF_8));
    assertThat(documented(page, "signature")).isEqualTo(signature);
  }

  @Test
  void signQuery_theDocumentedExample_givesTheDocumentedSignature() throws IOException {
    String page = Files.readString(Path.of("docs/integrate.md"));
    byte[] secret = documented(page, "secret").getBytes(StandardCharsets.UTF_8);
    String query = documented(page, "query");
    assertThat(documented(page, "sig")).isEqualTo(Signatures.signQuery(secret, query));
    assertThat(Signatures.verifyQuery(secret, query + "&sig=" + documented(page, "sig"))).isTrue();
  }

  @Test
  void verify_genuine_isTrueForFiveMinutesBothWays() {
    assertThat(verifyAt(NOW)).isTrue();
    assertThat(verifyAt(NOW.plusSeconds(300))).isTrue();
    assertThat(verifyAt(NOW.minusSeconds(300))).isTrue();
    assertThat(verifyAt(NOW.plusSeconds(301))).isFalse();
    assertThat(verifyAt(NOW.minusSeconds(301))).isFalse();
  }

  @Test
  void verify_anythingChanged_isFalse() {
    String signature = Signatures.sign(SECRET, NOW.getEpochSecond(), BODY);
    String timestamp = Long.toString(NOW.getEpochSecond());
    byte[] otherBody = "{\"order\":\"2\"}".getBytes(StandardCharsets.UTF_8);
    byte[] otherSecret = "another secret".getBytes(StandardCharsets.UTF_8);
    assertThat(Signatures.verify(SECRET, timestamp, signature, otherBody, NOW)).isFalse();
    assertThat(Signatures.verify(otherSecret, timestamp, signature, BODY, NOW)).isFalse();
    assertThat(Signatures.verify(SECRET, timestamp + "0", signature, BODY, NOW)).isFalse();
    assertThat(Signatures.verify(SECRET, "now", signature, BODY, NOW)).isFalse();
    assertThat(Signatures.verify(SECRET, null, signature, BODY, NOW)).isFalse();
    assertThat(Signatures.verify(SECRET, timestamp, null, BODY, NOW)).isFalse();
    assertThat(Signatures.verify(SECRET, timestamp, "v1=", BODY, NOW)).isFalse();
  }

  @Test
  void verifyQuery_anythingChangedOrAppended_isFalse() {
    String query = "order=1&amountMinor=4900";
    String signed = query + "&sig=" + Signatures.signQuery(SECRET, query);
    assertThat(Signatures.verifyQuery(SECRET, signed)).isTrue();
    assertThat(Signatures.verifyQuery(SECRET, signed.replace("4900", "1"))).isFalse();
    assertThat(Signatures.verifyQuery(SECRET, signed + "&amountMinor=1")).isFalse();
    assertThat(Signatures.verifyQuery(SECRET, query)).isFalse();
    assertThat(Signatures.verifyQuery(SECRET, "")).isFalse();
  }

  private static boolean verifyAt(Instant now) {
    String signature = Signatures.sign(SECRET, NOW.getEpochSecond(), BODY);
    return Signatures.verify(SECRET, Long.toString(NOW.getEpochSecond()), signature, BODY, now);
  }

  /** The text after {@code name:} in the page's worked examples. */
  private static String documented(String page, String name) {
    Matcher line = Pattern.compile("(?m)^" + name + ": +(.+)$").matcher(page);
    assertThat(line.find()).as("docs/integrate.md has a line %s:", name).isTrue();
    return line.group(1).strip();
  }
}
