package io.doorbuster.page.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AlibabaCallTest {
  private static final AlibabaCdn.Key KEY =
      new AlibabaCdn.Key("YourAccessKeyId", "YourAccessKeySecret");

  /** The examples of the service's page on its signature method V3. */
  @ParameterizedTest
  @CsvSource({
    "2023-10-26T10:22:32Z, 3156853299f313e23d1673dc12e1703d,"
        + " 06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0",
    "2023-10-26T09:01:01Z, d410180a5abf7fe235dd9b74aca91fc0,"
        + " e521358f7776c97df52e6b2891a8bc73026794a071b50c3323388c4e0df64804",
  })
  void authorization_ofThePublishedExample_isThePublishedOne(
      String at, String nonce, String signature) {
    AlibabaCall call =
        new AlibabaCall(
            URI.create("https://ecs.cn-shanghai.aliyuncs.com"),
            "RunInstances",
            "2014-05-26",
            new TreeMap<>(
                Map.of(
                    "ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
                    "RegionId", "cn-shanghai")),
            Instant.parse(at),
            nonce);
    assertThat(call.authorization(KEY))
        .isEqualTo(
            "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;"
                + "x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature="
                + signature);
  }

  @Test
  void sign_ofOddCharacters_encodesThemByRfc3986() {
    HttpRequest request =
        new AlibabaCall(
                URI.create("http://127.0.0.1:8080"),
                "PushObjectCache",
                "2018-05-10",
                new TreeMap<>(Map.of("ObjectPath", "https://a/~x y*z\nhttps://a/ü")),
                Instant.parse("2026-11-11T10:00:00.123Z"),
                "n")
            .sign(KEY);
    assertThat(request.uri().getRawQuery())
        .isEqualTo("ObjectPath=https%3A%2F%2Fa%2F~x%20y%2Az%0Ahttps%3A%2F%2Fa%2F%C3%BC");
    assertThat(request.headers().firstValue("x-acs-date")).hasValue("2026-11-11T10:00:00Z");
  }

  @Test
  void key_asText_keepsItsSecret() {
    assertThat(KEY.toString()).isEqualTo("key YourAccessKeyId");
  }
}
