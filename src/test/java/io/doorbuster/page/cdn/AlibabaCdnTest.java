package io.doorbuster.page.cdn;

import static io.doorbuster.page.cdn.FakeProvider.json;
import static io.doorbuster.page.cdn.FakeProvider.recorded;
import static io.doorbuster.page.cdn.FakeProvider.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.doorbuster.page.cdn.CdnProvider.Outcome;
import io.doorbuster.page.cdn.CdnProvider.Task;
import io.doorbuster.page.cdn.FakeProvider.Call;
import io.doorbuster.page.cdn.FakeProvider.Reply;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AlibabaCdnTest {
  private static final String SECRET = "a-secret-of-alibaba";
  private static final CdnSite SITE = CdnSite.parse("https://sale.shop.example").orElseThrow();
  private static final List<String> TWO = List.of("/s/boots/", "/s/boots/page.css");
  private static final Pattern AUTHORIZATION =
      Pattern.compile("ACS3-HMAC-SHA256 Credential=key-1,SignedHeaders=(\\S+),Signature=(\\S+)");

  private final FakeProvider api = new FakeProvider();
  private final Set<String> nonces = ConcurrentHashMap.newKeySet();
  private Duration wait = Duration.ofSeconds(30);
  private Patience patience = FakeProvider.QUICK;
  private String secret = SECRET;
  private String area = "";

  @AfterEach
  void close() {
    api.close();
  }

  private List<Outcome> run(Task task, List<String> paths) throws InterruptedException {
    AlibabaCdn.Account account =
        new AlibabaCdn.Account(URI.create(api.url()), new AlibabaCdn.Key("key-1", secret), area);
    InstantSource clock = InstantSource.fixed(Instant.parse("2026-11-11T10:00:00Z"));
    try (AlibabaCdn cdn = new AlibabaCdn(SITE, account, wait, clock, patience)) {
      List<String> heard = new ArrayList<>();
      List<Outcome> all = cdn.run(task, paths, one -> heard.add(one.path()));
      assertThat(heard)
          .containsExactlyInAnyOrderElementsOf(paths)
          .hasSize(cdn.count(task, 1) * paths.size());
      assertThat(all).extracting(Outcome::path).isEqualTo(paths);
      assertThat(all)
          .allMatch(one -> one.edge().equals("alibaba") && one.form().equals(CdnProvider.ALL));
      return all;
    }
  }

  private String wrong(Reply... replies) throws InterruptedException {
    api.replies.clear();
    api.reply(replies);
    return run(Task.PREWARM, List.of("/s/boots/")).getFirst().wrong();
  }

  /** Answers only what is signed with the secret, as the service would work it out for itself. */
  private Reply signed(Reply then) {
    return exchange ->
        (isSigned(exchange) ? then : json(400, "alibaba-signature-wrong")).write(exchange);
  }

  private boolean isSigned(HttpExchange exchange) {
    String given = exchange.getRequestHeaders().getFirst("Authorization");
    Matcher form = AUTHORIZATION.matcher(given == null ? "" : given);
    String nonce = exchange.getRequestHeaders().getFirst("x-acs-signature-nonce");
    if (!form.matches() || nonce == null || !nonces.add(nonce)) {
      return false;
    }
    Set<String> names = new HashSet<>(List.of(form.group(1).split(";", -1)));
    if (!names.containsAll(
        Set.of("host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-content-sha256"))) {
      return false;
    }
    try {
      HexFormat hex = HexFormat.of();
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      String nothing = hex.formatHex(sha.digest());
      StringBuilder lines = new StringBuilder("POST\n/\n");
      lines.append(exchange.getRequestURI().getRawQuery()).append('\n');
      for (String name : form.group(1).split(";", -1)) {
        lines
            .append(name)
            .append(':')
            .append(exchange.getRequestHeaders().getFirst(name))
            .append('\n');
      }
      lines.append('\n').append(form.group(1)).append('\n').append(nothing);
      String toSign =
          "ACS3-HMAC-SHA256\n"
              + hex.formatHex(sha.digest(lines.toString().getBytes(StandardCharsets.UTF_8)));
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      String right = hex.formatHex(mac.doFinal(toSign.getBytes(StandardCharsets.UTF_8)));
      return right.equals(form.group(2));
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String query(Call call) {
    return URLDecoder.decode(call.uri().getRawQuery(), StandardCharsets.UTF_8);
  }

  private List<String> actions() {
    return api.calls.stream().map(call -> call.header().apply("x-acs-action")).toList();
  }

  @Test
  void prewarm_whoseTaskIsPending_isAskedAfterUntilItIsComplete() throws Exception {
    area = "overseas";
    api.reply(
        signed(json(200, "alibaba-pushed")),
        signed(json(200, "alibaba-tasks-pending")),
        signed(json(200, "alibaba-tasks-complete")));
    assertThat(run(Task.PREWARM, TWO)).allMatch(one -> one.isRight() && one.tries() == 1);
    assertThat(actions())
        .containsExactly("PushObjectCache", "DescribeRefreshTaskById", "DescribeRefreshTaskById");
    assertThat(api.calls)
        .allMatch(call -> call.header().apply("x-acs-version").equals("2018-05-10"));
    assertThat(api.calls).allMatch(call -> call.method().equals("POST") && call.body().isEmpty());
    assertThat(query(api.calls.get(0)))
        .isEqualTo(
            "Area=overseas&ObjectPath=https://sale.shop.example/s/boots/\n"
                + "https://sale.shop.example/s/boots/page.css");
    assertThat(query(api.calls.get(1))).isEqualTo("TaskId=95248880");
  }

  @Test
  void purge_ofFiles_isARefreshOfEach() throws Exception {
    api.reply(
        signed(json(200, "alibaba-refreshed")), signed(json(200, "alibaba-refresh-complete")));
    assertThat(run(Task.PURGE, TWO)).allMatch(Outcome::isRight);
    assertThat(actions()).containsExactly("RefreshObjectCaches", "DescribeRefreshTaskById");
    assertThat(query(api.calls.get(0)))
        .startsWith("ObjectPath=https://")
        .endsWith("&ObjectType=File");
  }

  @Test
  void prewarm_withAnotherSecret_isNotTaken() throws Exception {
    secret = "another";
    assertThat(wrong(signed(json(200, "alibaba-pushed"))))
        .contains("the key is not taken; look at --key-id and its secret (SignatureDoesNotMatch");
  }

  @Test
  void prewarm_ofWhichOneFileFails_saysWhy() throws Exception {
    api.reply(json(200, "alibaba-pushed"), json(200, "alibaba-tasks-failed"));
    List<Outcome> all = run(Task.PREWARM, TWO);
    assertThat(all.getFirst().isRight()).isTrue();
    assertThat(all.getLast().wrong())
        .isEqualTo(
            "its task ended: Failed Origin Return StatusCode 5XX; see that the origin answers the"
                + " CDN, and try again");
  }

  @ParameterizedTest
  @CsvSource({
    "404, alibaba-key-unknown, the key is not taken",
    "403, alibaba-forbidden, allow its RAM user cdn:PushObjectCache",
    "400, alibaba-forbidden, cdn:DescribeRefreshTaskById",
    "400, alibaba-quota, limit of a day",
    "404, alibaba-domain-unknown, sale.shop.example is no domain of this account's CDN",
    "403, alibaba-not-open, not open",
    "400, alibaba-clock, clock is wrong",
    "503, alibaba-throttled, too busy",
    "429, alibaba-throttled, too busy",
    "400, alibaba-queue-full, too busy",
    "200, alibaba-refreshed, is not it (status 200)",
  })
  void prewarm_thatIsRefused_namesTheMend(int status, String answer, String words)
      throws Exception {
    assertThat(wrong(json(status, answer))).startsWith("is not handed in: ").contains(words);
  }

  @Test
  void prewarm_thatIsThrottled_isTriedAgainWithAnotherNonce() throws Exception {
    api.reply(
        signed(json(400, "alibaba-throttled")),
        signed(json(503, "alibaba-queue-full")),
        signed(json(200, "alibaba-pushed")),
        signed(json(200, "alibaba-tasks-complete")));
    assertThat(run(Task.PREWARM, TWO)).allMatch(one -> one.isRight() && one.tries() == 3);
    assertThat(nonces).hasSize(4);
  }

  /** The service lists what it has; each call's task has its number. */
  private Reply service(int quota) {
    return exchange -> {
      String query =
          URLDecoder.decode(exchange.getRequestURI().getRawQuery(), StandardCharsets.UTF_8);
      long handedIn = actions().stream().filter("PushObjectCache"::equals).count();
      if (query.startsWith("ObjectPath=")) {
        String id = "7" + handedIn;
        (handedIn > quota
                ? json(400, "alibaba-quota")
                : text(200, recorded("alibaba-pushed").replace("95248880", id)))
            .write(exchange);
        return;
      }
      JsonArray tasks = new JsonArray();
      for (Call call : api.calls) {
        if (query(call).startsWith("ObjectPath=")) {
          String id = "7" + (tasks.isEmpty() ? 1 : 2);
          for (String url : query(call).substring(11).split("\n", -1)) {
            tasks.add(
                new JsonObject()
                    .put("TaskId", id)
                    .put("ObjectPath", url.replace("https", "http"))
                    .put("Status", "Complete"));
          }
        }
      }
      text(200, new JsonObject().put("Tasks", new JsonObject().put("CDNTask", tasks)).encode())
          .write(exchange);
    };
  }

  private static List<String> paths(int count) {
    return IntStream.range(0, count).mapToObj(i -> "/s/boots/" + i + ".css").toList();
  }

  @Test
  void prewarm_ofManyFiles_handsFiftyInACall() throws Exception {
    api.reply(service(9));
    assertThat(run(Task.PREWARM, paths(70))).allMatch(Outcome::isRight);
    assertThat(actions())
        .containsExactly("PushObjectCache", "PushObjectCache", "DescribeRefreshTaskById");
    assertThat(query(api.calls.get(2))).isEqualTo("TaskId=71,72");
  }

  @Test
  void prewarm_beyondTheDaysLimit_goesOnWithWhatWasTaken() throws Exception {
    api.reply(service(1));
    List<Outcome> all = run(Task.PREWARM, paths(120));
    assertThat(all.subList(0, 50)).allMatch(Outcome::isRight);
    assertThat(all.subList(50, 120)).allMatch(one -> one.wrong().contains("limit of a day"));
    assertThat(actions()).filteredOn("PushObjectCache"::equals).hasSize(2);
  }

  @Test
  void prewarm_whoseTaskNeverEnds_endsWithTheWait() throws Exception {
    wait = Duration.ofMillis(1_100);
    api.reply(json(200, "alibaba-pushed"), json(200, "alibaba-tasks-pending"));
    List<Outcome> all = run(Task.PREWARM, TWO);
    assertThat(all.getFirst().wrong())
        .isEqualTo(
            "has no end after 1 s (Refreshing 40%, task 95248880); it goes on by itself: look in"
                + " the console");
    assertThat(all.getLast().wrong()).contains("Pending 0%");
  }

  @Test
  void prewarm_ofATaskThatIsNotListed_isNotRight() throws Exception {
    wait = Duration.ofMillis(300);
    String others = recorded("alibaba-tasks-complete");
    assertThat(wrong(json(200, "alibaba-pushed"), text(200, others.replace("boots", "shoes"))))
        .contains("not begun");
    assertThat(wrong(json(200, "alibaba-pushed"), text(200, others.replace("95248880", "1"))))
        .contains("not begun");
    assertThat(wrong(json(200, "alibaba-pushed"), text(200, "{\"Tasks\":[1,null,{}]}")))
        .contains("not begun");
  }

  @Test
  void prewarm_whoseTaskMayNotBeRead_saysSoAtOnce() throws Exception {
    assertThat(wrong(json(200, "alibaba-pushed"), json(403, "alibaba-forbidden")))
        .startsWith("is handed in, but can not be asked after: ")
        .contains("cdn:DescribeRefreshTaskById");
  }

  @Test
  void prewarm_whileTheApiStumbles_asksOn() throws Exception {
    api.reply(
        json(200, "alibaba-pushed"),
        text(502, "<html>"),
        text(200, "<html>"),
        json(503, "alibaba-throttled"),
        exchange -> exchange.close(),
        json(200, "alibaba-tasks-complete"));
    assertThat(run(Task.PREWARM, TWO)).allMatch(Outcome::isRight);
  }

  @Test
  void prewarm_answeredByNobody_endsInTimeAndSaysSo() throws Exception {
    patience = FakeProvider.HASTY;
    wait = Duration.ofSeconds(1);
    long startNs = System.nanoTime();
    assertThat(wrong(api.silence())).contains("Alibaba Cloud does not answer within 1 s");
    assertThat(wrong(api.drip())).contains("Alibaba Cloud does not answer within 1 s");
    assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isLessThan(Duration.ofSeconds(30));
  }

  @Test
  void prewarm_whoseTaskIsAskedAfterInVain_endsInTimeAndSaysSo() throws Exception {
    Patience quick = FakeProvider.QUICK;
    patience = new Patience(Duration.ofSeconds(4), quick.pause(), quick.busy(), quick.poll());
    wait = Duration.ofSeconds(5);
    long startNs = System.nanoTime();
    assertThat(wrong(json(200, "alibaba-pushed"), api.silence()))
        .startsWith("has no end after 5 s (not begun; the API of Alibaba Cloud does not answer");
    assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isLessThan(Duration.ofSeconds(30));
  }

  @Test
  void prewarm_answeredByAnother_isNotTakenForDone() throws Exception {
    assertThat(wrong(text(200, "<html>a proxy's"))).contains("is not it (status 200)");
    assertThat(wrong(text(200, "{\"PushTaskId\":7}"))).contains("is not it (status 200)");
    assertThat(wrong(text(500, "{}"))).contains("too busy");
    assertThat(wrong(text(404, "{}"))).contains("is not it (status 404)");
  }
}
