package io.doorbuster.gate.pass;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.sale.BuyerId;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The short way to read claims; what it does not read is read the long way, see PassesTest. */
final class PassClaimsTest {
  private static final Instant END = Instant.ofEpochSecond(1_800_000_000L);

  @Test
  void read_ofWhatIsIssued_isThePass() {
    PassKeys keys = new PassKeys(List.of(new PassKeys.Key("k1", "a".repeat(32).getBytes(UTF_8))));
    for (String buyer :
        List.of("anna", "b", "\u00e4\u20ac\ud83d\ude00", "x".repeat(128), "a/b+c")) {
      for (String shopRef : new String[] {null, "cart-7", "", "\u4e2d"}) {
        Pass pass = new Pass("boots", new BuyerId(buyer), Integer.MAX_VALUE, END, shopRef);
        String payload = new Passes(keys).issue(pass).split("\\.", -1)[1];
        byte[] json = java.util.Base64.getUrlDecoder().decode(payload);
        assertThat(PassClaims.read(json)).as(new String(json, UTF_8)).isEqualTo(pass);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{}",
        "{\"sub\":\"",
        "{\"sub\":\"anna",
        "{\"sub\":\"anna\",\"sale\":\"boots\",\"v\":1,\"exp\":1800000000",
        "{\"sub\":\"anna\",\"sale\":\"boots\",\"v\":1,\"exp\":1800000000} ",
        "{\"sub\":\"anna\",\"sale\":\"boots\",\"v\":1,\"exp\":1800000000}}",
        "{\"sub\":\"anna\",\"sale\":\"boots\",\"v\":1,\"exp\":1800000000,\"ref\":\"x\"",
        "{\"sub\":\"anna\",\"sale\":\"boots\",\"v\":1,\"exp\":1800000000,\"ref\":null}",
        "{\"sub\":\"anna\",\"sale\":\"boots\",\"v\":,\"exp\":1800000000}",
        "{\"sub\":\"anna\",\"sale\":\"boots\",\"v\":01,\"exp\":1800000000}",
        "{\"sub\":\"anna\",\"sale\":\"boots\",\"v\":-1,\"exp\":1800000000}",
        "{\"sub\":\"anna\",\"sale\":\"boots\",\"v\":2147483648,\"exp\":1800000000}",
        "{\"sub\":\"anna\",\"sale\":\"boots\",\"v\":1,\"exp\":999999999999999999}",
        "{\"sub\":\"anna\",\"sale\":\"boots\",\"v\":1,\"exp\":9999999999999999999}",
        "{\"sub\":\"\",\"sale\":\"boots\",\"v\":1,\"exp\":1800000000}",
        "{\"sub\":\"an\\\\na\",\"sale\":\"boots\",\"v\":1,\"exp\":1800000000}",
        "{\"sub\":\"an\tna\",\"sale\":\"boots\",\"v\":1,\"exp\":1800000000}",
        "{ \"sub\":\"anna\",\"sale\":\"boots\",\"v\":1,\"exp\":1800000000}",
        "{\"sale\":\"boots\",\"sub\":\"anna\",\"v\":1,\"exp\":1800000000}",
      })
  void read_ofAnyOtherForm_saysNothing(String json) {
    assertThat(PassClaims.read(json.getBytes(UTF_8))).isNull();
  }
}
