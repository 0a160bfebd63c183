package io.doorbuster.page.cdn;

import static io.doorbuster.page.cdn.FakeProvider.json;
import static io.doorbuster.page.cdn.FakeProvider.later;
import static io.doorbuster.page.cdn.FakeProvider.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.page.cdn.CdnProvider.Outcome;
import io.doorbuster.page.cdn.CdnProvider.Task;
import io.doorbuster.page.cdn.FakeProvider.Call;
import io.doorbuster.page.cdn.FakeProvider.Reply;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CloudflareTest {
  private static final String ZONE = "023e105f4ecef8ad9ca31a8372d0c353";
  private static final String TOKEN = "a-token-of-cloudflare";
  private static final CdnSite SITE = CdnSite.parse("https://sale.shop.example").orElseThrow();

  private final FakeProvider api = new FakeProvider();
  private Patience patience = FakeProvider.QUICK;

  @AfterEach
  void close() {
    api.close();
  }

  private static List<String> paths(int count) {
    return IntStream.range(0, count).mapToObj(i -> "/s/boots/" + i + ".css").toList();
  }

  private List<Outcome> purge(int count) throws InterruptedException {
    Cloudflare.Account account =
        new Cloudflare.Account(URI.create(api.url() + "/client/v4"), ZONE, TOKEN);
    try (Cloudflare cdn = new Cloudflare(SITE, account, patience)) {
      List<String> heard = new ArrayList<>();
      List<Outcome> all = cdn.purge(paths(count), one -> heard.add(one.path()));
      assertThat(heard).isEqualTo(paths(count)).hasSize(cdn.count(Task.PURGE, count));
      assertThat(all).extracting(Outcome::path).isEqualTo(paths(count));
      assertThat(all).allMatch(one -> one.edge().equals("cloudflare"));
      return all;
    }
  }

  private String wrong(Reply... replies) throws InterruptedException {
    api.replies.clear();
    api.reply(replies);
    return purge(1).getFirst().wrong();
  }

  @Test
  void purge_ofManyFiles_namesThirtyACallByTheirAddresses() throws Exception {
    api.reply(json(200, "cloudflare-purged"));
    assertThat(purge(65)).allMatch(Outcome::isRight);
    assertThat(api.calls)
        .allSatisfy(
            call -> {
              assertThat(call.method()).isEqualTo("POST");
              assertThat(call.uri().getPath())
                  .isEqualTo("/client/v4/zones/" + ZONE + "/purge_cache");
              assertThat(call.header().apply("Authorization")).isEqualTo("Bearer " + TOKEN);
              assertThat(call.header().apply("Content-Type")).isEqualTo("application/json");
            });
    Function<Call, List<?>> files =
        call -> new JsonObject(call.body()).getJsonArray("files").getList();
    assertThat(api.calls).extracting(call -> files.apply(call).size()).containsExactly(30, 30, 5);
    assertThat(api.calls.stream().flatMap(call -> files.apply(call).stream()).toList())
        .isEqualTo(paths(65).stream().map(p -> "https://sale.shop.example" + p).toList());
  }

  @Test
  void purge_whoseSecondCallIsRefused_isRightForTheRest() throws Exception {
    api.reply(
        json(200, "cloudflare-purged"),
        json(400, "cloudflare-files-refused"),
        json(200, "cloudflare-purged"));
    List<Outcome> all = purge(65);
    assertThat(all.subList(0, 30)).allMatch(Outcome::isRight);
    assertThat(all.subList(30, 60)).allMatch(one -> one.wrong().contains("\"files\""));
    assertThat(all.subList(60, 65)).allMatch(Outcome::isRight);
  }

  @ParameterizedTest
  @CsvSource({
    "401, cloudflare-refused, Cache Purge",
    "403, cloudflare-refused, Authentication error [10000]",
    "400, cloudflare-token-malformed, Cache Purge",
    "404, cloudflare-no-zone, overview page",
    "400, cloudflare-no-zone, there is no zone 023e105f4ecef8ad9ca31a8372d0c353",
    "500, cloudflare-refused, status 500",
    "200, cloudflare-refused, Authentication error",
  })
  void purge_thatIsRefused_namesTheMend(int status, String answer, String words) throws Exception {
    assertThat(wrong(json(status, answer))).startsWith("is not purged").contains(words);
  }

  @Test
  void purge_withABadToken_isNotTriedForTheRest() throws Exception {
    api.reply(json(403, "cloudflare-refused"));
    assertThat(purge(65)).noneMatch(Outcome::isRight);
    assertThat(api.calls).hasSize(1);
  }

  @Test
  void purge_thatMustWait_waitsAsLongAsItIsAsked() throws Exception {
    api.reply(later(429, "cloudflare-too-many", 1), json(200, "cloudflare-purged"));
    long startNs = System.nanoTime();
    assertThat(purge(3)).allMatch(one -> one.isRight() && one.tries() == 2);
    assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isGreaterThan(Duration.ofMillis(990));
  }

  @Test
  void purge_thatMustWaitTooLong_doesNotWait() throws Exception {
    assertThat(wrong(later(429, "cloudflare-too-many", 300)))
        .isEqualTo("is not purged: too many purges for the plan; wait for 300 s and try again");
    assertThat(api.calls).hasSize(1);
    assertThat(wrong(json(429, "cloudflare-too-many"))).contains("wait and try again");
    assertThat(api.calls).hasSize(6);
  }

  @Test
  void purge_answeredByNobody_endsInTimeAndSaysSo() throws Exception {
    patience = FakeProvider.HASTY;
    long startNs = System.nanoTime();
    assertThat(wrong(api.silence())).contains("Cloudflare does not answer within 1 s");
    assertThat(wrong(api.drip())).contains("Cloudflare does not answer within 1 s");
    api.close();
    assertThat(wrong(json(200, "cloudflare-purged"))).contains("Cloudflare does not answer");
    assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isLessThan(Duration.ofSeconds(30));
  }

  @Test
  void purge_answeredByAnother_isNotTakenForDone() throws Exception {
    assertThat(wrong(exchange -> exchange.close())).contains("Cloudflare does not answer: ");
    assertThat(wrong(text(200, " ".repeat(2 << 20)))).contains("Cloudflare does not answer: ");
    assertThat(wrong(text(200, "<html>a proxy's"))).contains("is not it (status 200)");
    assertThat(wrong(text(200, "[]"))).contains("is not it (status 200)");
    assertThat(wrong(text(200, "{}"))).contains("says nothing of why");
    assertThat(wrong(text(200, "{\"success\":\"yes\",\"errors\":7}"))).contains("nothing of why");
    assertThat(wrong(text(502, "<html>"))).contains("is not it (status 502)");
    assertThat(wrong(text(302, ""))).contains("is not it (status 302)");
  }

  @Test
  void account_asText_keepsItsToken() {
    assertThat(new Cloudflare.Account(Cloudflare.API, ZONE, TOKEN).toString())
        .doesNotContain(TOKEN);
  }

  private List<Outcome> prewarm(Function<Integer, String[]> headers) throws InterruptedException {
    AtomicInteger asked = new AtomicInteger();
    api.reply(
        exchange -> {
          String[] pairs = headers.apply(asked.incrementAndGet());
          for (int i = 0; i < pairs.length; i += 2) {
            exchange.getResponseHeaders().set(pairs[i], pairs[i + 1]);
          }
          text(200, "x").write(exchange);
        });
    CdnSite site = CdnSite.parse(api.url()).orElseThrow();
    try (Cloudflare cdn = new Cloudflare(site, null, FakeProvider.QUICK)) {
      List<Outcome> all = cdn.prewarm(List.of("/s/boots/"), one -> {});
      assertThat(all)
          .hasSize(cdn.count(Task.PREWARM, 1))
          .allMatch(one -> one.edge().equals("cloudflare"))
          .extracting(Outcome::form)
          .containsExactlyInAnyOrder("br", "gzip", "identity");
      assertThat(String.join(" ", cdn.limits(Task.PREWARM)))
          .contains("nearest", "Tiered Cache", "Cache Reserve");
      return all;
    }
  }

  /** What stands behind it says X-Cache as well, and that of another time. */
  @Test
  void prewarm_ofAColdPlace_asksUntilCloudflareItselfHasIt() throws Exception {
    List<Outcome> all =
        prewarm(
            asked ->
                asked <= 3
                    ? new String[] {"CF-Cache-Status", "MISS", "X-Cache", "HIT"}
                    : new String[] {"CF-Cache-Status", "HIT", "X-Cache", "MISS"});
    assertThat(all).allMatch(one -> one.isRight() && one.tries() == 2);
    assertThat(api.calls).allMatch(call -> call.uri().getPath().equals("/s/boots/"));
  }

  @ParameterizedTest
  @CsvSource({
    "CF-Cache-Status, DYNAMIC, a cache rule must make /s/ eligible",
    "CF-Cache-Status, BYPASS, (BYPASS)",
    "CF-Cache-Status, MISS, is cold (MISS)",
    "X-Cache, HIT, proxy its DNS record",
  })
  void prewarm_ofWhatIsNotKept_saysWhy(String header, String value, String words) throws Exception {
    assertThat(prewarm(asked -> new String[] {header, value}))
        .allMatch(one -> one.wrong().contains(words));
  }

  @Test
  void prewarm_thatIsChallenged_namesTheMend() throws Exception {
    api.reply(text(403, "<html>Just a moment"));
    CdnSite site = CdnSite.parse(api.url()).orElseThrow();
    try (Cloudflare cdn = new Cloudflare(site, null, FakeProvider.QUICK)) {
      assertThat(cdn.prewarm(List.of("/s/boots/"), one -> {}))
          .allMatch(one -> one.wrong().startsWith("answers 403; ") && one.wrong().contains("WAF"));
    }
  }
}
