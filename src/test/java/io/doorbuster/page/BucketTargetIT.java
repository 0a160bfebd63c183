package io.doorbuster.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doorbuster.RealBucket;
import io.doorbuster.page.BucketTarget.Keys;
import io.doorbuster.page.BucketTarget.Options;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pages in a bucket of a real S3 server. */
@Timeout(120)
final class BucketTargetIT {
  private static final String SALE = "winter-boots";
  private static final String HOME = "spring/s/" + SALE + "/";
  private static final String HTML = HOME + "index.html";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final PageRenderer.Oidc OIDC =
      new PageRenderer.Oidc(
          URI.create("https://id.example/a"), URI.create("https://id.example/t"), "sale", "openid");

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final RealBucket bucket = new RealBucket(true);

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : opened) {
      one.close();
    }
    bucket.close();
  }

  private Options options(String name, String access, String secret, StoredForm form) {
    return new Options(
        name, bucket.endpoint(), "us-east-1", "spring/", true, new Keys(access, secret), form);
  }

  private Options options(StoredForm form) {
    return options(RealBucket.NAME, RealBucket.ACCESS_KEY, RealBucket.SECRET_KEY, form);
  }

  /** As a process of its own would be. */
  private PagePublisher publisher(Options options, PageRenderer.@Nullable Oidc oidc) {
    PagePublisher made =
        new PagePublisher(
            new BucketTarget(options),
            new PageRenderer(new PageRenderer.Options("", null, oidc, false)),
            (sale, hash) -> Optional.empty());
    opened.add(made);
    return made;
  }

  private PagePublisher publisher() {
    return publisher(options(StoredForm.GZIP), null);
  }

  private static void show(PagePublisher pages, String title) {
    pages.publish(SampleSale.named(title), SampleSale.SEED_SHA256);
  }

  private static PagePublisher.Target awaitTaken(PagePublisher pages) {
    await().atMost(PATIENCE).until(() -> pages.target(SALE).done());
    return pages.target(SALE);
  }

  private static String awaitFault(PagePublisher pages) throws InterruptedException {
    PagePublisher.Target target = pages.awaitTarget(SALE, PATIENCE);
    assertThat(target.done()).isFalse();
    return target.fault();
  }

  private static byte[] unzip(byte[] bytes) throws IOException {
    return new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes();
  }

  private String html() throws IOException {
    return new String(unzip(bucket.get(HTML).body()), StandardCharsets.UTF_8);
  }

  private List<String> calls(String method) {
    return bucket.calls.stream()
        .filter(call -> call.startsWith(method + " "))
        .map(call -> call.substring(method.length() + 1))
        .toList();
  }

  @Test
  void publish_putsEveryFileWithItsHeaders_theHtmlLast() throws Exception {
    PagePublisher pages = publisher();
    show(pages, "Boots");
    PagePublisher.Target target = awaitTaken(pages);
    assertThat(target.kind()).isEqualTo("bucket");
    assertThat(target.where()).isEqualTo(bucket.endpoint() + "/" + RealBucket.NAME + "/spring/");
    assertThat(target.written()).isEqualTo(target.of()).isEqualTo(pages.list(SALE).size());
    for (Encoded file : pages.files().list(SALE)) {
      HttpResponse<byte[]> got = bucket.get(HOME + file.file().name());
      assertThat(got.statusCode()).isEqualTo(200);
      assertThat(header(got, "Content-Encoding")).isEqualTo("gzip");
      assertThat(header(got, "Content-Type").replace(" ", ""))
          .isEqualTo(file.file().contentType().replace(" ", ""));
      assertThat(header(got, "Cache-Control"))
          .isEqualTo(
              file.file().immutable()
                  ? "public, max-age=31536000, immutable"
                  : "public, max-age=10, must-revalidate");
      assertThat(unzip(got.body())).isEqualTo(file.plain().getBytes());
    }
    assertThat(calls("PUT")).hasSize(target.of()).last().isEqualTo(HTML);
  }

  private static String header(HttpResponse<?> got, String name) {
    return got.headers().firstValue(name).orElse("");
  }

  @Test
  void publish_inAnotherForm_storesThat() {
    PagePublisher brotli = publisher(options(StoredForm.BR), null);
    show(brotli, "Boots");
    awaitTaken(brotli);
    assertThat(header(bucket.get(HTML), "Content-Encoding")).isEqualTo("br");
    PagePublisher plain = publisher(options(StoredForm.NONE), null);
    show(plain, "Boots");
    awaitTaken(plain);
    assertThat(header(bucket.get(HTML), "Content-Encoding")).isEmpty();
    assertThat(bucket.get(HTML).body()).asString(StandardCharsets.UTF_8).contains("<h1>Boots");
  }

  @Test
  void publish_whileAnAssetIsRefused_leavesTheOldHtml_andIsMadeGoodAfterwards() throws Exception {
    PagePublisher before = publisher();
    show(before, "Boots");
    awaitTaken(before);
    bucket.calls.clear();
    bucket.refuses = key -> key.contains("/oidc.");
    PagePublisher after = publisher(options(StoredForm.GZIP), OIDC);
    show(after, "Shoes");
    assertThat(awaitFault(after)).contains("answers 500", "look at its server's log");
    assertThat(after.target(SALE).written()).isLessThan(after.target(SALE).of());
    assertThat(calls("PUT")).isNotEmpty().doesNotContain(HTML);
    assertThat(html()).contains("<h1>Boots</h1>");
    bucket.refuses = key -> false;
    awaitTaken(after);
    assertThat(html()).contains("<h1>Shoes</h1>");
  }

  @Test
  void publish_again_putsOnlyWhatHasChanged_alsoInAnotherProcess() throws Exception {
    PagePublisher first = publisher();
    show(first, "Boots");
    awaitTaken(first);
    bucket.calls.clear();
    show(first, "Boots");
    awaitTaken(first);
    PagePublisher second = publisher();
    show(second, "Boots");
    awaitTaken(second);
    assertThat(calls("PUT")).isEmpty();
    show(second, "Shoes");
    awaitTaken(second);
    assertThat(calls("PUT")).containsExactly(HOME + "embed.js", HTML);
    assertThat(html()).contains("<h1>Shoes</h1>");
  }

  @Test
  void writeAnew_bringsBackWhatSomebodyTookAway() {
    PagePublisher pages = publisher();
    show(pages, "Boots");
    awaitTaken(pages);
    bucket.lose(HTML);
    show(pages, "Boots");
    awaitTaken(pages);
    assertThat(bucket.get(HTML).statusCode()).isEqualTo(404);
    pages.writeAnew(SALE);
    awaitTaken(pages);
    assertThat(bucket.get(HTML).statusCode()).isEqualTo(200);
  }

  @Test
  void changes_whileTheServerIsAway_doNotQueue_andTheLatestWins() throws Exception {
    bucket.stop();
    PagePublisher pages = publisher();
    show(pages, "Boots");
    assertThat(awaitFault(pages)).contains("does not answer", "page.bucket.endpoint");
    long startNs = System.nanoTime();
    for (int i = 0; i <= 50; i++) {
      show(pages, "Boots " + i);
    }
    // Nobody who tells of a change has waited for the server.
    assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isLessThan(Duration.ofSeconds(20));
    bucket.start();
    awaitTaken(pages);
    assertThat(html()).contains("<h1>Boots 50</h1>");
    // The one that was under way, and the latest.
    assertThat(calls("PUT").stream().filter(HTML::equals)).hasSizeBetween(1, 2);
  }

  @Test
  void unpublish_takesTheHtmlFirst_thenAllOfThisSaleAndNothingElse() {
    PagePublisher old = publisher(options(StoredForm.GZIP), OIDC);
    show(old, "Boots");
    awaitTaken(old);
    PagePublisher pages = publisher();
    show(pages, "Boots");
    awaitTaken(pages);
    List<String> files = calls("PUT").stream().distinct().toList();
    assertThat(files).anyMatch(key -> key.contains("/oidc."));
    pages.unpublish(SALE + "-2"); // never published
    await().atMost(PATIENCE).until(() -> pages.target(SALE + "-2").done());
    assertThat(bucket.get(HTML).statusCode()).isEqualTo(200);
    bucket.calls.clear();
    pages.unpublish(SALE);
    awaitTaken(pages);
    assertThat(calls("DELETE")).first().isEqualTo(HTML);
    for (String key : files) {
      assertThat(bucket.get(key).statusCode()).as(key).isEqualTo(404);
    }
    show(pages, "Boots");
    awaitTaken(pages);
    assertThat(bucket.get(HTML).statusCode()).isEqualTo(200);
  }

  @Test
  void publish_toABucketThatIsNotThere_saysSo_andIsTakenOnceItIsMade() throws Exception {
    try (RealBucket none = new RealBucket(false)) {
      Options options =
          new Options(
              RealBucket.NAME,
              none.endpoint(),
              "us-east-1",
              "",
              true,
              new Keys(RealBucket.ACCESS_KEY, RealBucket.SECRET_KEY),
              StoredForm.GZIP);
      PagePublisher pages = publisher(options, null);
      show(pages, "Boots");
      assertThat(awaitFault(pages))
          .isEqualTo("the bucket sale-pages is not there: make it, or mend page.bucket.name");
      none.make();
      awaitTaken(pages);
      assertThat(none.get("s/" + SALE + "/index.html").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void publish_withAWrongKey_namesTheSetting() throws Exception {
    PagePublisher secret =
        publisher(
            options(RealBucket.NAME, RealBucket.ACCESS_KEY, "another-secret", StoredForm.GZIP),
            null);
    show(secret, "Boots");
    assertThat(awaitFault(secret))
        .contains("page.bucket.secretKey")
        .doesNotContain("another-secret");
    PagePublisher access =
        publisher(
            options(RealBucket.NAME, "another-key", RealBucket.SECRET_KEY, StoredForm.GZIP), null);
    show(access, "Boots");
    assertThat(awaitFault(access))
        .contains("page.bucket.accessKey")
        .doesNotContain(RealBucket.SECRET_KEY);
  }
}
